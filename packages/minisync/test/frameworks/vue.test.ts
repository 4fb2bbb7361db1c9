// `minisync/vue`: a ref that follows a document.

import { effectScope, watchEffect } from "vue";
import { expect, test } from "vitest";
import { from } from "../../src/index.js";
import { useDocument } from "../../src/vue/index.js";

test("a ref follows a part of a document, until its scope is gone", async () => {
  const board = from<{ title: string; n: number }>({ title: "Work", n: 0 });
  const scope = effectScope();
  const seen: string[] = [];
  const title = scope.run(() => {
    const title = useDocument(board, (data) => data.title);
    watchEffect(() => void seen.push(title.value), { flush: "sync" });
    return title;
  });
  board.change((d) => void (d.n = 1));
  board.change((d) => void (d.title = "Home"));
  expect(seen).toEqual(["Work", "Home"]);
  scope.stop();
  board.change((d) => void (d.title = "not seen"));
  expect(title?.value).toBe("Home");
  expect(useDocument(board).value).toBe(board.data);
});
