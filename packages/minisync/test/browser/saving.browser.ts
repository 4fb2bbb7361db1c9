// Saving in a real browser: reloads, also in the middle of a save.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { add, clients, items, type Kind, openBoard } from "./support/board.js";
import { usePages } from "./support/pages.js";

const { newPage } = usePages();

/** A page with the board open in it. */
const newBoard = async (kind: Kind): Promise<Page> => openBoard(await newPage(), kind);

describe.each<Kind>(["indexedDB", "localStorage"])("%s", (kind) => {
  test("what was saved is there after a reload", async () => {
    const page = await newBoard(kind);
    await add(page, "milk");
    await page.reload();
    await openBoard(page, kind);
    expect(await items(page)).toEqual(["milk"]);
  });

  test("a reload in the middle of a save loses nothing that was shown as saved", async () => {
    const page = await newBoard(kind);
    let shown = 0;
    for (let round = 0; round < 12; round++) {
      // Edits as quick as they can, and a reload somewhere in between; the page tells what it shows as saved.
      await page.exposeFunction(`saved${round}`, (count: number) => (shown = Math.max(shown, count)));
      await page.evaluate((round) => {
        board.on("status", (status) => status.state === "saved" && (globalThis as any)[`saved${round}`](board.getData().items.length));
        let count = 0;
        const edit = (): void => {
          board.change((d) => void d.items.push(`${round} ${count++}`));
          setTimeout(edit, 0);
        };
        edit();
      }, round);
      await page.waitForTimeout(10 + 7 * round);
      await page.reload();
      await openBoard(page, kind);
      const there = await items(page);
      expect(there.length).toBeGreaterThanOrEqual(shown);
      expect(new Set(there).size, "nothing is there twice").toBe(there.length);
    }
    expect(shown).toBeGreaterThan(20);
    expect(await clients(page)).toBeLessThanOrEqual(3);
  });

  test("an edit just before the page goes is saved", async () => {
    const page = await newBoard(kind);
    await page.evaluate(() => {
      board.change((d) => void d.items.push("at the last moment"));
      location.reload();
    });
    await page.waitForLoadState();
    await page.waitForFunction(() => typeof minisync === "object" && typeof board === "undefined");
    await openBoard(page, kind);
    expect(await items(page)).toEqual(["at the last moment"]);
  });

  // One of them is enough: what differs is only the store.
  test.runIf(kind === "indexedDB")("100 reloads: everything is there, under few client ids and in few files", async () => {
    const page = await newBoard(kind);
    for (let round = 0; round < 100; round++) {
      // Waits until it is shown as saved: what a page wrote in its last moments may not arrive, where the machine is busy.
      await add(page, `${round}`);
      await page.reload();
      await openBoard(page, kind);
    }
    expect(await items(page)).toEqual(Array.from({ length: 100 }, (_, round) => `${round}`));
    expect(await clients(page)).toBeLessThanOrEqual(3);
    const files = await page.evaluate(async (kind) => (await minisync[kind]().list("save/board")).length, kind);
    expect(files).toBeLessThan(80);
  });

  test("undo goes on after a reload", async () => {
    const page = await newBoard(kind);
    await page.evaluate(async () => {
      board.change((d) => void d.items.push("milk"));
      board.endUndoGroup();
      board.change((d) => void d.items.push("bread"));
    });
    await page.reload();
    await openBoard(page, kind);
    expect(await page.evaluate(() => board.undo())).toBe(true);
    expect(await items(page)).toEqual(["milk"]);
    await page.reload();
    await openBoard(page, kind);
    expect(await page.evaluate(() => board.redo())).toBe(true);
    expect(await items(page)).toEqual(["milk", "bread"]);
  });
});
