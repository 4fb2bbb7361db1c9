// `minisync/svelte`: a store that follows a document.

import { get } from "svelte/store";
import { expect, test } from "vitest";
import { from } from "../../src/index.js";
import { documentStore } from "../../src/svelte/index.js";

test("a store follows a part of a document, for each subscriber", () => {
  const board = from<{ title: string; n: number }>({ title: "Work", n: 0 });
  const title = documentStore(board, (data) => data.title);
  const seen: string[] = [];
  const stop = title.subscribe((value) => void seen.push(value));
  board.change((d) => void (d.n = 1));
  board.change((d) => void (d.title = "Home"));
  stop();
  board.change((d) => void (d.title = "not seen"));
  expect(seen).toEqual(["Work", "Home"]);
  expect(get(title)).toBe("not seen");
  expect(get(documentStore(board))).toBe(board.data);
});
