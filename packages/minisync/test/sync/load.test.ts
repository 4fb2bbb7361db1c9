// What syncs is loaded when a document syncs for the first time: by documents that were edited before, and again after it
// could not be loaded.

import { afterEach, beforeEach, expect, test, vi } from "vitest";

let loads = 0;
let isOffline = false;

beforeEach(() => {
  loads = 0;
  isOffline = false;
  vi.resetModules();
  vi.doMock("../../src/sync/parts.js", async (original) => {
    loads++;
    if (isOffline) throw new TypeError("Failed to fetch dynamically imported module");
    return original();
  });
});

afterEach(() => vi.doUnmock("../../src/sync/parts.js"));

const fresh = () => import("../../src/index.js");

test("nobody loads it who does not sync", async () => {
  const { from, memory, open } = await fresh();
  from({ a: 1 }).set("a", 2);
  const doc = await open("doc", { defaults: { a: 1 }, save: memory() });
  doc.set("a", 2);
  await doc.close();
  expect(loads).toBe(0);
});

test("a document that was edited before goes on where it is, and its memory may grow before and after", async () => {
  const { memory, open } = await fresh();
  const [store, big] = [memory(), "x".repeat(3_000_000)];
  const options = { defaults: { texts: [] as string[] }, sync: store, syncEvery: null };
  const one = await open<{ texts: string[] }>("doc", { ...options, save: memory() });
  one.change((d) => void d.texts.push(big));
  expect(loads).toBe(0);
  await one.sync();
  expect(loads).toBe(1);
  one.change((d) => void d.texts.push(big, big));
  await one.sync();
  const other = await open<{ texts: string[] }>("doc", { ...options, save: memory() });
  await other.sync();
  expect(other.data).toEqual(one.data);
  expect(loads).toBe(1);
  await Promise.all([one.close(), other.close()]);
});

test("`minisync/sync` has it there before", async () => {
  await import("../../src/sync.js");
  expect(loads).toBe(1);
  isOffline = true;
  const { memory, open } = await fresh();
  const doc = await open("doc", { defaults: {}, save: memory(), sync: memory(), syncEvery: null });
  await doc.sync();
  await doc.close();
});

test("without a network the document works, says why it does not sync, and syncs later", async () => {
  isOffline = true;
  const { findDocuments, memory, open } = await fresh();
  const store = memory();
  const doc = await open("doc", { defaults: { a: 1 }, save: memory(), sync: store, syncEvery: null });
  doc.set("a", 2);
  await doc.saved();
  await expect(doc.sync()).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("minisync/sync") });
  expect(doc.syncStatus).toMatchObject({ state: "error", error: { code: "unavailable" } });
  await expect(findDocuments(store)).rejects.toMatchObject({ code: "unavailable" });
  await expect(open("other", { save: memory(), sync: store })).rejects.toMatchObject({ code: "unavailable" });
  isOffline = false;
  vi.doMock("../../src/sync/parts.js", (original) => original());
  await doc.sync();
  expect(await findDocuments(store)).toMatchObject([{ document: "doc" }]);
  await doc.close();
});
