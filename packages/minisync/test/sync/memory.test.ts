// Sync through stores: in memory, and any object of four methods.

import { describe, expect, test } from "vitest";
import { findDocuments, memory, type OpenDocument, open, type Store, type SyncStatus } from "../../src/index.js";

interface List {
  items: string[];
}
const defaults: List = { items: [] };
const add = (list: OpenDocument<List>, item: string): void => list.change((d) => void d.items.push(item));

/** What the old readme would call a store of one's own: nothing but four methods. */
function ownStore(): Store & { readonly requests: string[]; failing: Error | undefined } {
  const files = memory();
  const requests: string[] = [];
  const store = {
    requests,
    failing: undefined as Error | undefined,
    read: (path: string) => act(`read ${path}`, () => files.read(path)),
    write: (path: string, bytes: Uint8Array) => act(`write ${path}`, () => files.write(path, bytes)),
    list: (folder: string) => act(`list ${folder}`, () => files.list(folder)),
    delete: (path: string) => act(`delete ${path}`, () => files.delete(path)),
  };
  async function act<T>(request: string, task: () => Promise<T>): Promise<T> {
    requests.push(request);
    if (store.failing !== undefined) throw store.failing;
    return task();
  }
  return store;
}

describe("sync", () => {
  test("two devices with the same defaults meet in a store", async () => {
    const store = ownStore();
    const [laptop, phone] = [
      await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: null, label: "laptop" }),
      await open<List>("list", { defaults, save: memory(), sync: [store], syncEvery: null, label: "phone" }),
    ];
    add(laptop, "from the laptop");
    add(phone, "from the phone");
    const [published] = await laptop.sync();
    expect(published?.sent).toMatchObject({ whole: true });
    const [report] = await phone.sync();
    expect(report?.received).toMatchObject([{ label: "laptop", changes: 1 }]);
    await laptop.sync();
    expect(laptop.data).toEqual(phone.data);
    expect([...laptop.data.items].sort()).toEqual(["from the laptop", "from the phone"]);
    const [found] = await findDocuments(store);
    expect(found?.clients.map((client) => client.label).sort()).toEqual(["laptop", "phone"]);
    // Once both know that nothing is left to do, a round costs one request.
    await phone.sync();
    await laptop.sync();
    store.requests.length = 0;
    await laptop.sync();
    expect(store.requests).toEqual(["list minisync/list/head"]);
    await Promise.all([laptop.close(), phone.close()]);
  });

  test("what the engine remembers is saved: after a restart the same client goes on", async () => {
    const [store, save] = [memory(), memory()];
    for (let round = 0; round < 5; round++) {
      const list = await open<List>("list", { defaults, save, sync: store, syncEvery: null });
      add(list, String(round));
      await list.sync();
      await list.close();
    }
    const list = await open<List>("list", { save: memory(), sync: store, syncEvery: null });
    expect(list.data.items).toEqual(["0", "1", "2", "3", "4"]);
    const [found] = await findDocuments(store);
    expect(found?.clients).toHaveLength(1);
    await list.close();
  });

  test("a crash between publishing and what follows: the next opening goes on, and nothing is there twice", async () => {
    const [store, save] = [ownStore(), memory()];
    const other = await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: null });
    for (let round = 0; round < 10; round++) {
      const list = await open<List>("list", { defaults, save, sync: store, syncEvery: null });
      add(list, String(round));
      await list.saved();
      // The store is gone after so many requests, and the page is, too.
      let left = round;
      const write = store.write;
      store.write = (path, bytes) => (left-- > 0 ? write(path, bytes) : Promise.reject(new Error("the line is dead")));
      await list.sync().catch(() => {});
      store.write = write;
      await list.close();
    }
    const list = await open<List>("list", { defaults, save, sync: store, syncEvery: null });
    await list.sync();
    await other.sync();
    expect(other.data.items).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(Object.keys(JSON.parse(other.getDocVersion()))).toHaveLength(2);
    await Promise.all([list.close(), other.close()]);
  });

  test("it syncs by itself after edits, and tells", async () => {
    const store = memory();
    const one = await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: 50 });
    const two = await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: 50 });
    const seen: SyncStatus["state"][] = [];
    one.on("sync", (status) => seen.push(status.state));
    add(one, "milk");
    await expect.poll(() => two.data.items, { timeout: 5000 }).toEqual(["milk"]);
    expect(seen).toContain("synced");
    await Promise.all([one.close(), two.close()]);
  });

  test("a store that fails: the error says so, and it is tried again", async () => {
    const store = ownStore();
    const list = await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: null });
    add(list, "milk");
    store.failing = Object.assign(new Error("429"), { kind: "busy", retryAfter: 7000 });
    await expect(list.sync()).rejects.toMatchObject({ code: "busy", retryAfter: 7000 });
    expect(list.syncStatus).toMatchObject({ state: "error", error: { code: "busy" } });
    store.failing = Object.assign(new Error("401"), { kind: "forbidden" });
    await expect(list.sync()).rejects.toMatchObject({ code: "forbidden" });
    store.failing = new Error("no network");
    await expect(list.sync()).rejects.toThrow(/no network/);
    expect(list.status).toEqual({ state: "saved" });
    store.failing = undefined;
    expect((await list.sync())[0]?.sent).not.toBeNull();
    await list.close();
  });

  test("tabs sync one at a time, and each has what the other got", async () => {
    const [store, save] = [memory(), memory()];
    const far = await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: null });
    const [one, two] = [
      await open<List>("list", { defaults, save, sync: store, syncEvery: null }),
      await open<List>("list", { defaults, save, sync: store, syncEvery: null }),
    ];
    add(far, "far");
    await far.sync();
    add(one, "one");
    add(two, "two");
    await Promise.all([one.sync(), two.sync()]);
    await far.sync();
    await expect.poll(() => one.data.items.length).toBe(3);
    await expect.poll(() => two.data.items.length).toBe(3);
    expect(far.data.items).toHaveLength(3);
    await Promise.all([far.close(), one.close(), two.close()]);
  });

  test("a store of another document is refused, and nothing is written", async () => {
    const store = memory();
    const list = await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: null });
    add(list, "milk");
    await list.sync();
    const format = new TextDecoder().decode(await store.read("minisync/list/format.json"));
    await store.write("minisync/list/format.json", new TextEncoder().encode(format.replace('"list"', '"other"')));
    const before = [...store.files.keys()];
    add(list, "bread");
    await expect(list.sync()).rejects.toMatchObject({ code: "wrong-folder" });
    expect([...store.files.keys()]).toEqual(before);
    await list.close();
  });

  test("without a store there is no sync", async () => {
    const list = await open<List>("list", { defaults, save: memory() });
    expect(list.syncStatus).toEqual({ state: "off" });
    await expect(list.sync()).rejects.toThrow(/without a store/);
    await list.close();
    await expect(open("list", { save: memory(), sync: {} as Store })).rejects.toThrow(/sync\[0\].*no method read/);
  });
});

// Found by trying: a closed document asked its store, and told how that went.
test("a closed document does not sync", async () => {
  const store = ownStore();
  const doc = await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: null });
  await doc.close();
  store.requests.length = 0;
  await expect(doc.sync()).rejects.toMatchObject({ code: "closed" });
  expect(store.requests).toEqual([]);
});

// While nothing is new, a round is one request and looks at nothing else. With the next one that publishes, it is repaired.
test("a lost format.json is written again, and told", async () => {
  const store = ownStore();
  const doc = await open<List>("list", { defaults, save: memory(), sync: store, syncEvery: null });
  add(doc, "milk");
  await doc.sync();
  await store.delete("minisync/list/format.json");
  add(doc, "bread");
  const [report] = await doc.sync();
  expect(report?.warnings).toEqual([expect.stringContaining("format.json was lost or broken; it is written again")]);
  expect(await store.read("minisync/list/format.json")).toBeDefined();
  await doc.close();
});
