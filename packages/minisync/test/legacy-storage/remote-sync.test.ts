// The old library's `storage.RemoteSync`, with its stores and with one of a user's own.

import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { type Document, from, storage } from "../../src/index.js";

const { MemoryStore, RemoteSync } = storage;

test("saves to an empty store", async () => {
  const store = new MemoryStore();
  const sync = new RemoteSync(store);
  const document = from({ foo: ["Ä"] });
  const saved = await sync.saveRemote(document, { clientName: "Bob" });
  const master = await sync.getMasterIndex(document.getID());
  expect(master?.latestUpdate?.clientID).toBe(document.getClientID());
  expect(master?.clients[document.getClientID()]).toMatchObject({ label: "Bob", url: expect.stringMatching(/^data:/) });
  const index = await sync.getClientIndex(document.getID(), document.getClientID());
  expect(index).toMatchObject({ clientName: "Bob", latest: document.getDocVersion(), parts: [{ id: 0, fromVersion: null }] });
  expect(index?.updated).toMatch(/^\d{14}$/);
  expect(saved?.masterIndexUrl).toBe(master?.url);
  expect(await sync.saveRemote(document), "nothing is new").toBeNull();
});

test("small parts grow, and large ones are followed by others", async () => {
  const sync = new RemoteSync(new MemoryStore());
  const document = from({ foo: ["A"] });
  const [id, client] = [document.getID(), document.getClientID()];
  await sync.saveRemote(document);
  const first = document.getDocVersion();
  document.set("foo[1]", "B");
  await sync.saveRemote(document);
  expect((await sync.getClientIndex(id, client))?.parts).toMatchObject([{ id: 0, fromVersion: null, toVersion: document.getDocVersion() }]);
  document.set("foo[2]", "C");
  await sync.saveRemote(document, { partSizeLimit: 1 });
  const parts = (await sync.getClientIndex(id, client))?.parts;
  expect(parts).toHaveLength(2);
  expect(parts?.[1]?.fromVersion).toBe(parts?.[0]?.toVersion);
  expect(parts?.[0]?.toVersion).not.toBe(first);
  const restored = await sync.createFromRemote(id);
  expect(restored.getData()).toEqual({ foo: ["A", "B", "C"] });
  const same = await sync.createFromRemote(id, client);
  expect(same.getClientID()).toBe(client);
  expect(same.getData()).toEqual(document.getData());
  same.get("foo").push("D");
  expect(same.getClientID(), "its own parts are no sign of a clone").toBe(client);
});

test("own clients meet, and nothing new costs one file", async () => {
  const store = new MemoryStore();
  const sync = new RemoteSync(store);
  const one = from({ foo: ["A"] });
  await sync.saveRemote(one);
  const two = from(one.getChanges());
  one.set("foo[1]", "B");
  await sync.saveRemote(one, { partSizeLimit: 1 });
  expect(await sync.mergeFromRemoteClients(two)).toBe(two);
  expect(two.getData()).toEqual({ foo: ["A", "B"] });
  two.set("foo[2]", "C");
  await sync.saveRemote(two);
  await sync.mergeFromRemoteClients(one);
  expect(one.getData()).toEqual({ foo: ["A", "B", "C"] });
  const read = vi.spyOn(store, "getFile");
  await sync.mergeFromRemoteClients(one);
  expect(read.mock.calls.map(([file]) => file.fileName)).toEqual(["master-index.json"]);
});

/** A store as somebody wrote it for the old library: its addresses stay when the files change. */
class OwnStore {
  static all: OwnStore[] = [];
  files = new Map<string, string>();
  id = OwnStore.all.push(this) - 1;

  async putFile(file: storage.FileData): Promise<storage.RemoteFileHandle> {
    const place = [...file.path, file.fileName].join("/");
    this.files.set(place, file.contents);
    return { path: file.path, fileName: file.fileName, url: `test://${this.id}/${place}` };
  }

  async getFile(file: storage.FileHandle): Promise<storage.FileData | null> {
    const contents = this.files.get([...file.path, file.fileName].join("/"));
    return contents === undefined ? null : { ...file, contents };
  }

  async listFiles(): Promise<storage.FileHandle[]> {
    return [];
  }

  async canDownloadUrl(url: string): Promise<boolean> {
    return url.startsWith("test://");
  }

  async downloadUrl(url: string): Promise<string> {
    const [, id, place] = /^test:\/\/(\d+)\/(.*)$/.exec(url) as unknown as [string, string, string];
    return OwnStore.all[Number(id)]?.files.get(place) ?? "";
  }
}

test("peers meet through a user's own stores", async () => {
  const [alices, bobs] = [new OwnStore(), new OwnStore()];
  const [alice, bob] = [new RemoteSync(alices), new RemoteSync(bobs)];
  const hers = from({ foo: ["A"] });
  const published = await alice.saveRemote(hers, { clientName: "Alice" });
  const his: Document = await bob.createFromUrl(published?.masterIndexUrl ?? "");
  expect(his.getData()).toEqual({ foo: ["A"] });
  expect(his.getPeers().map((peer) => peer.url)).toEqual([published?.masterIndexUrl]);
  const index = await bob.saveRemote(his);
  hers.addPeer({ url: index?.masterIndexUrl ?? null, latestUpdate: null, label: "Bob" });
  hers.set("foo[1]", "B");
  await alice.saveRemote(hers);
  await bob.mergeFromRemotePeers(his);
  expect(his.getData()).toEqual({ foo: ["A", "B"] });
  his.set("foo[2]", "C");
  await bob.saveRemote(his);
  await alice.mergeFromRemotePeers(hers);
  expect(hers.getData()).toEqual({ foo: ["A", "B", "C"] });
});

test("what the old library published is read, as far as it is a full change set", async () => {
  const fixture = await readFile(new URL("../../../../fixtures/v1/list-of-objects.json", import.meta.url), "utf8");
  const { changes, data } = JSON.parse(fixture);
  const { documentID, sentBy, fromVersion } = changes;
  const contents = JSON.stringify(changes);
  const store = new MemoryStore();
  const put = (path: string[], fileName: string, value: unknown) =>
    store.putFile({ path, fileName, contents: typeof value === "string" ? value : JSON.stringify(value) });
  const own = ["documents", `document-${documentID}`, `client-${sentBy}`];
  const part = await put(own, "part-00000000.json", contents);
  const index = await put(own, "client-index.json", {
    _minisync: { dataType: "CLIENT-INDEX", version: 1 },
    latest: fromVersion,
    clientID: sentBy,
    parts: [{ id: 0, fromVersion: null, toVersion: fromVersion, url: part.url, size: contents.length }],
  });
  const master = await put(own.slice(0, 2), "master-index.json", {
    _minisync: { dataType: "MASTER-INDEX", version: 1 },
    clients: { [sentBy]: { url: index.url, lastReceived: fromVersion, label: "" } },
    latestUpdate: { clientID: sentBy, updated: "20200101000000", version: fromVersion },
    peers: [],
  });
  const sync = new RemoteSync(store);
  const [remote, url] = [await sync.createFromRemote(documentID), await sync.createFromUrl(master.url)];
  expect(remote.getData()).toEqual(data);
  expect(url.getData()).toEqual(data);
  // It publishes from here on, beside the old client and in its place.
  const same = await sync.createFromRemote(documentID, sentBy);
  same.set("new", true);
  await sync.saveRemote(same);
  expect((await sync.createFromRemote(documentID)).get("new")).toBe(true);
});

test("errors say what is wrong", async () => {
  const broken = new MemoryStore({ documents: { "document-ABC": { "master-index.json": '{"_minisync":{"dataType":"CHANGES"}}' } } });
  await expect(new RemoteSync(broken).getMasterIndex("ABC")).rejects.toThrow("master-index.json is no master index file");
  await expect(new RemoteSync(new MemoryStore()).createFromRemote("ABC")).rejects.toThrow(/nothing is published/);
  await expect(new RemoteSync(new MemoryStore()).createFromUrl("https://nowhere.example/")).rejects.toThrow(/none of the stores/);
});
