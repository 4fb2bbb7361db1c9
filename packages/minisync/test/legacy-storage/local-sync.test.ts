// The old library's `storage.LocalSync`: whole documents in a store, and what the old library itself saved.

import { IDBFactory } from "fake-indexeddb";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { from, storage } from "../../src/index.js";

const { LocalSync } = storage;

test.each([
  ["MemoryStore", () => new storage.MemoryStore()],
  ["IndexedDBStore", () => new storage.IndexedDBStore()],
])("a document comes back from a %s, as the same client", async (_, make) => {
  globalThis.indexedDB = new IDBFactory();
  const sync = new LocalSync(make());
  const document = from({ foo: ["A"] });
  const id = await sync.saveLocal(document);
  expect(id).toBe(document.getID());
  const restored = await sync.restoreLocal(id);
  expect(restored.getData()).toEqual({ foo: ["A"] });
  expect(restored.getClientID()).toBe(document.getClientID());
  await expect(sync.restoreLocal("other")).rejects.toThrow(/there is no document "other"/);
});

test("what the old library saved is restored", async () => {
  const { changes, data } = JSON.parse(await readFile(new URL("../../../../fixtures/v1/two-clients.json", import.meta.url), "utf8"));
  const { documentID, sentBy } = changes;
  const contents = JSON.stringify(changes);
  const sync = new LocalSync(new storage.MemoryStore({ documents: { [`${documentID}.json`]: contents } }));
  const restored = await sync.restoreLocal(documentID);
  expect(restored.getID()).toBe(documentID);
  expect(restored.getClientID()).toBe(sentBy);
  expect(restored.getData()).toEqual(data);
});

test("IndexedDBStore keeps files by their paths", async () => {
  globalThis.indexedDB = new IDBFactory();
  const store = new storage.IndexedDBStore("other");
  expect(await store.getFile({ path: ["a"], fileName: "b" })).toBeNull();
  expect(await store.putFile({ path: ["a"], fileName: "b", contents: "one" })).toEqual({ path: ["a"], fileName: "b" });
  await store.putFile({ path: ["a"], fileName: "b", contents: "two" });
  await store.putFile({ path: ["a", "c"], fileName: "d", contents: "three" });
  expect(await store.getFile({ path: ["a"], fileName: "b" })).toEqual({ path: ["a"], fileName: "b", contents: "two" });
  expect(await store.listFiles(["a"])).toEqual([{ path: ["a"], fileName: "b" }]);
});

const before = globalThis.indexedDB;
beforeEach(() => {
  globalThis.indexedDB = before;
});
afterEach(() => {
  globalThis.indexedDB = before;
});
