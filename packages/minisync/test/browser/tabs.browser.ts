// Several tabs of one browser with the same document: they edit at once, crash, are frozen, and go on.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { add, clients, items, openBoard, until } from "./support/board.js";
import { usePages } from "./support/pages.js";

const { newPage } = usePages();

const newTab = async (): Promise<Page> => openBoard(await newPage());

const identity = (page: Page): Promise<string> => page.evaluate(() => board.getClientID());

test("two tabs that edit the same list at once have the same list, with everything in it once", async () => {
  const [one, two] = await Promise.all([newTab(), newTab()]);
  expect(await identity(one)).not.toBe(await identity(two));
  const edit = (page: Page, name: string): Promise<void> =>
    page.evaluate(async (name) => {
      for (let n = 0; n < 100; n++) {
        board.change((d) => void d.items.splice(n % 3, 0, `${name} ${n}`));
        if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await board.saved();
    }, name);
  await Promise.all([edit(one, "one"), edit(two, "two")]);
  await Promise.all([until(one, 200), until(two, 200)]);
  const list = await items(one);
  expect(await items(two)).toEqual(list);
  expect(new Set(list).size).toBe(200);
  // A third tab, that comes later, sees the same.
  const three = await newTab();
  expect(await items(three)).toEqual(list);
});

test("a tab that crashes loses nothing that it showed as saved, and its client id is used again", async () => {
  const [one, two] = await Promise.all([newTab(), newTab()]);
  await add(one, "from one");
  await add(two, "from two");
  await until(two, 2);
  const lost = await identity(two);
  const session = await two.context().newCDPSession(two);
  const crashed = new Promise((resolve) => two.on("crash", resolve));
  session.send("Page.crash").catch(() => {});
  await crashed;
  await add(one, "after the crash");
  const three = await newTab();
  expect(await identity(three)).toBe(lost);
  expect(await items(three)).toEqual(await items(one));
  await add(three, "from three");
  await until(one, 4);
  expect(await items(one)).toEqual(await items(three));
  expect(await clients(one)).toBe(2);
});

test("a tab that was frozen goes on as the same client, and no two clients are ever the same", async () => {
  const [one, two] = await Promise.all([newTab(), newTab()]);
  await add(one, "one");
  await add(two, "two");
  await until(one, 2);
  const session = await one.context().newCDPSession(one);
  // An edit that is not saved yet when the tab freezes.
  await one.evaluate(() => board.change((d) => void d.items.push("at the last moment")));
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  // Others come and go meanwhile, and tidy up all the files that the frozen one knows.
  for (let round = 0; round < 3; round++) {
    const other = await newTab();
    await add(other, ...Array.from({ length: 50 }, (_, n) => `${round} ${n}`));
    await other.close();
  }
  await two.evaluate(async () => {
    for (let n = 0; n < 200; n++) {
      board.change((d) => void d.items.push(`two ${n}`));
      await board.saved();
    }
  });
  await session.send("Page.setWebLifecycleState", { state: "active" });
  await add(one, "awake");
  await until(one, 354);
  await until(two, 354);
  const list = await items(one);
  expect(await items(two)).toEqual(list);
  expect(new Set(list).size).toBe(354);
  expect(await clients(one)).toBe(3);
});

test("tabs that open and close while others edit lose nothing", async () => {
  const first = await newTab();
  const work = async (name: string): Promise<void> => {
    for (let round = 0; round < 4; round++) {
      const page = await newTab();
      await add(page, ...Array.from({ length: 30 }, (_, n) => `${name} ${round} ${n}`));
      await page.close();
    }
  };
  await Promise.all([work("a"), work("b"), work("c")]);
  await until(first, 360);
  const last = await newTab();
  expect(await items(last)).toEqual(await items(first));
  expect(await clients(last)).toBeLessThanOrEqual(4);
});
