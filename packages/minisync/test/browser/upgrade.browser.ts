// What the version before has saved in the browser is taken over: by the old library, and by an earlier version of this
// package, whose files are kept here as they were.

import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { usePages } from "./support/pages.js";

const { newPage } = usePages();

test("a document of the old library in its IndexedDB goes on, in all tabs as one document", async () => {
  const fixture = JSON.parse(await readFile(new URL("../../../../fixtures/v1/list-of-objects.json", import.meta.url), "utf8"));
  const page = await newPage();
  // As the old library did it: its database, its object store, its keys.
  await page.evaluate(async (changes) => {
    const request = indexedDB.open("minisync", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files").createIndex("path", "path", { unique: false });
    await new Promise((resolve) => (request.onsuccess = resolve));
    const transaction = request.result.transaction("files", "readwrite");
    const file = { path: ["documents"], fileName: `${changes.documentID}.json`, contents: JSON.stringify(changes) };
    transaction.objectStore("files").put({ name: file.fileName, path: "documents", file }, `documents/${file.fileName}`);
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    request.result.close();
  }, fixture.changes);
  const open = (page: Page): Promise<unknown> =>
    page.evaluate(async (id) => {
      globalThis.board = await minisync.open("board", {
        save: minisync.indexedDB(),
        upgrade: async () => {
          const file = await new minisync.storage.IndexedDBStore().getFile({ path: ["documents"], fileName: `${id}.json` });
          return file?.contents;
        },
      });
      return board.getData();
    }, fixture.changes.documentID);
  expect(await open(page)).toEqual(fixture.data);
  await page.evaluate(async () => {
    board.set("upgraded", true);
    await board.saved();
  });
  const other = await newPage();
  expect(await open(other)).toEqual({ ...fixture.data, upgraded: true });
  expect(await other.evaluate(() => board.getID())).toBe(fixture.changes.documentID);
  await page.reload();
  expect(await open(page)).toEqual({ ...fixture.data, upgraded: true });
  await page.context().close();
});

test("files in layout 1 are opened, by this and every later version", async () => {
  // Written once, and never changed: what a later version has to read.
  const saved = JSON.parse(await readFile(new URL("fixtures/layout-1.json", import.meta.url), "utf8")) as Record<string, string>;
  const page = await newPage();
  const data = await page.evaluate(async (saved) => {
    const store = minisync.indexedDB();
    for (const [path, text] of Object.entries(saved)) await store.write(path, new TextEncoder().encode(text));
    globalThis.board = await minisync.open("board", { save: store });
    return { data: board.getData(), client: board.getClientID() };
  }, saved);
  expect(data).toEqual({ data: { items: ["milk", "bread", "ä", "from another tab"] }, client: "first" });
  await page.context().close();
});
