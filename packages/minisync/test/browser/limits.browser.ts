// Where saving ends: no room left, private windows, a browser that is killed, storage that somebody clears.

import type { ChildProcess } from "node:child_process";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { add, items, openBoard } from "./support/board.js";
import { launch, makeProfile, type Profile, spawnChromium } from "./support/chromium.js";
import { type Site, startSite } from "./support/site.js";

let site: Site;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
});
afterAll(async () => {
  await browser.close();
  await site.close();
});

async function newPage(): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site.url);
  return page;
}

test("no room left: the app sees it, nothing shown as saved is lost, and it goes on when there is room", async () => {
  const page = await newPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(site.url).origin, quotaSize: 200_000 });
  await openBoard(page);
  await add(page, "saved");
  const seen = await page.evaluate(async () => {
    const events: string[] = [];
    board.on("status", (status) => events.push(status.state === "error" ? `error: ${status.error.code}` : status.state));
    board.on("quota", (error) => events.push(`quota: ${error.code}`));
    board.change((d) => void d.items.push("x".repeat(1_000_000)));
    await board.saved().catch((error) => events.push(`rejected: ${error.code}`));
    return events;
  });
  expect(seen).toEqual(["saving", "error: quota", "quota: quota", "rejected: quota"]);
  // What was saved before can still be read, by this page's successor too.
  const other = await page.context().newPage();
  await other.goto(site.url);
  await openBoard(other);
  expect(await items(other)).toEqual(["saved"]);
  await other.close();
  // The document can be edited meanwhile. Once there is room, all of it is saved.
  await page.evaluate(() => board.change((d) => void d.items.push("later")));
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(site.url).origin });
  await page.evaluate(() => board.saved());
  await page.reload();
  await openBoard(page);
  expect((await items(page)).map((item) => item.length)).toEqual([5, 1_000_000, 5]);
  await page.context().close();
});

test("no room left in localStorage", async () => {
  const page = await openBoard(await newPage(), "localStorage");
  await add(page, "saved");
  const code = await page.evaluate(async () => {
    board.change((d) => void d.items.push("x".repeat(6_000_000)));
    return board.saved().then(
      () => "saved",
      (error) => error.code,
    );
  });
  expect(code).toBe("quota");
  await page.reload();
  await openBoard(page, "localStorage");
  expect(await items(page)).toEqual(["saved"]);
  await page.context().close();
});

test("a private window keeps the document for its time, and is nobody's copy afterwards", async () => {
  const page = await openBoard(await newPage());
  await add(page, "secret");
  await page.reload();
  await openBoard(page);
  expect(await items(page)).toEqual(["secret"]);
  await page.context().close();
  const later = await openBoard(await newPage());
  expect(await items(later)).toEqual([]);
  await later.context().close();
});

test("a page that may not use storage is told so, and can go on in memory", async () => {
  const page = await newPage();
  // A sandboxed frame without an origin: there, IndexedDB and localStorage throw.
  const told = await page.evaluate(async (script) => {
    const frame = document.createElement("iframe");
    frame.sandbox.add("allow-scripts");
    const answer = new Promise((resolve) => addEventListener("message", (event) => resolve(event.data)));
    frame.srcdoc = `<script src="${script}"></script><script>(async () => {
      const told = [];
      for (const save of [minisync.indexedDB(), minisync.localStorage()]) {
        await minisync.open("board", { defaults: { items: [] }, save }).catch((error) => told.push(error.code));
      }
      const board = await minisync.open("board", { defaults: { items: [] }, save: minisync.memory() });
      board.change((d) => d.items.push("in memory"));
      await board.saved();
      parent.postMessage([...told, board.data.items[0]], "*");
    })()</script>`;
    document.body.append(frame);
    return answer;
  }, `${site.url}minisync.js`);
  expect(told).toEqual(["unavailable", "unavailable", "in memory"]);
  await page.context().close();
});

test("somebody clears the site's storage: what is open is saved anew, whole", async () => {
  const page = await openBoard(await newPage());
  await add(page, "one", "two");
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.clearDataForOrigin", { origin: new URL(site.url).origin, storageTypes: "all" });
  await add(page, "three");
  await page.reload();
  await openBoard(page);
  expect(await items(page)).toEqual(["one", "two", "three"]);
  await page.context().close();
});

test("a browser that is killed while it saves loses nothing that was shown as saved", async () => {
  const profile: Profile = await makeProfile();
  let shown = 0;
  for (let round = 0; round < 5; round++) {
    const { process, endpoint }: { process: ChildProcess; endpoint: string } = await spawnChromium(profile.folder);
    const killed = await chromium.connectOverCDP(endpoint);
    const context = killed.contexts()[0];
    const page = await context!.newPage();
    await page.goto(site.url);
    await openBoard(page);
    const there = await items(page);
    expect(there.length).toBeGreaterThanOrEqual(shown);
    expect(new Set(there).size).toBe(there.length);
    await page.exposeFunction("tell", (count: number) => (shown = Math.max(shown, count)));
    await page.evaluate((round) => {
      let count = 0;
      board.on("status", ({ state }) => state === "saved" && (globalThis as any).tell(board.getData().items.length));
      setInterval(() => board.change((d) => void d.items.push(`${round} ${count++}`)), 1);
    }, round);
    await page.waitForTimeout(300 + 50 * round);
    const ended = new Promise((resolve) => process.once("exit", resolve));
    process.kill("SIGKILL");
    await ended;
    await killed.close().catch(() => {});
  }
  expect(shown).toBeGreaterThan(5);
  await profile.remove();
});

