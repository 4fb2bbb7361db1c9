// `minisync/solid`: an accessor that follows a document.

import { createEffect, createRoot } from "solid-js/dist/solid.js";
import { expect, test, vi } from "vitest";
import { from } from "../../src/index.js";

// Node is handed Solid for servers, where nothing is followed; pages get this one.
vi.mock("solid-js", () => import("solid-js/dist/solid.js"));

test("an accessor follows a part of a document, until its root is gone", async () => {
  const { createDocument } = await import("../../src/solid/index.js");
  const board = from<{ title: string; n: number }>({ title: "Work", n: 0 });
  const seen: string[] = [];
  const { title, dispose } = createRoot((dispose: () => void) => {
    const title = createDocument(board, (data) => data.title);
    createEffect(() => void seen.push(title()));
    return { title, dispose };
  });
  board.change((d) => void (d.n = 1));
  board.change((d) => void (d.title = "Home"));
  expect(seen).toEqual(["Work", "Home"]);
  dispose();
  board.change((d) => void (d.title = "not seen"));
  expect(title()).toBe("Home");
});
