// A board with a list of items, open in a page: what most tests edit.

import type { Page } from "playwright-core";

export type Kind = "indexedDB" | "localStorage";

/** Opens the board in a page, which has the package. */
export async function openBoard(page: Page, kind: Kind = "indexedDB"): Promise<Page> {
  await page.evaluate(async (kind) => {
    globalThis.board = await minisync.open("board", { defaults: { items: [] as string[] }, save: minisync[kind]() });
  }, kind);
  return page;
}

/** Adds items, each in an edit of its own, and waits until they are shown as saved. */
export function add(page: Page, ...items: string[]): Promise<void> {
  return page.evaluate(async (items) => {
    for (const item of items) board.change((d) => void d.items.push(item));
    await board.saved();
  }, items);
}

export const items = (page: Page): Promise<string[]> => page.evaluate(() => board.getData().items);

/** How many clients have ever written. */
export const clients = (page: Page): Promise<number> =>
  page.evaluate(() => Object.keys(JSON.parse(board.getDocVersion())).filter((id) => !id.startsWith("genesis")).length);

/** Waits until a page shows so many items. */
export const until = (page: Page, count: number): Promise<unknown> =>
  page.waitForFunction((count) => board.getData().items.length === count, count);
