// Saving in a real browser: reloads, also in the middle of a save.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { add, clients, items, type Kind, openBoard } from "./support/board.js";
import { launch } from "./support/chromium.js";
import { type Site, startSite } from "./support/site.js";

let site: Site;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await site.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

/** A page with the board open in it. */
async function newBoard(kind: Kind): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.url);
  return openBoard(page, kind);
}

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
      await page.evaluate((round) => {
        board.change((d) => void d.items.push(`${round}`));
      }, round);
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
