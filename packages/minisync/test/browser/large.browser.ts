// A document of 50 MB in a page: made, edited, saved, read after a reload, and handed to another copy.

import { expect, test } from "vitest";
import { usePages } from "./support/pages.js";

const { newPage } = usePages();

interface Book {
  rows: { id: number; text: string; done: boolean }[];
}

const COUNT = 100_000;
const LENGTH = 500;

test("a document of 50 MB works", { timeout: 300_000 }, async () => {
  const page = await newPage();
  const made = await page.evaluate(
    async ([count, length]) => {
      const text = "All work and no play. ".repeat(length).slice(0, length);
      const rows = Array.from({ length: count }, (_, id) => ({ id, text: `${id} ${text}`, done: false }));
      const board = await minisync.open("large", { defaults: { rows: [] as typeof rows }, save: minisync.indexedDB() });
      globalThis.board = board;
      board.set("rows", rows);
      board.set(["rows", count - 1, "done"], true);
      board.change((d) => {
        d.rows[1].text = "short";
        d.rows.splice(5, 1);
      });
      await board.saved();
      const changes = board.getChangesText();
      const other = minisync.from<Book>(changes);
      other.set("rows[0].done", true);
      board.applyChanges(other.getChangesText(board.getDocVersion()));
      await board.saved();
      return { bytes: changes.length, sample: [board.data.rows[0].done, board.data.rows[1].text, board.data.rows[5].id] };
    },
    [COUNT, LENGTH] as const,
  );
  expect(made.bytes).toBeGreaterThan(50_000_000);
  expect(made.sample).toEqual([true, "short", 6]);
  await page.reload();
  const read = await page.evaluate(async () => {
    const board = await minisync.open("large", { defaults: { rows: [] as Book["rows"] }, save: minisync.indexedDB() });
    const { rows } = board.data;
    return { count: rows.length, first: rows[0]?.done, last: rows[rows.length - 1]?.done, undone: board.undo() };
  });
  expect(read).toEqual({ count: COUNT - 1, first: true, last: true, undone: true });
});
