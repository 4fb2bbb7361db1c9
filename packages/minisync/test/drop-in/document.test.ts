// A document's methods, one by one, as those of @jsebrech/minisync 0.4 behave. Where that was wrong, the test is in
// `better.test.ts`, and docs/migration.md has both results.

import { expect, test } from "vitest";
import { createID, from, restore } from "../../src/index.js";

const send = (changes: unknown): any => JSON.parse(JSON.stringify(changes));

test("from: plain data, nothing, a change set", () => {
  expect(from({ a: 1 }).getData()).toEqual({ a: 1 });
  expect(from().getData()).toEqual({});
  expect(from(null).getData()).toEqual({});
  const doc = from({ a: { b: [1, { c: null }] } });
  const copy = from(send(doc.getChanges()));
  expect(copy.getData()).toEqual(doc.getData());
  expect(copy.getID()).toBe(doc.getID());
  expect(copy.getClientID()).not.toBe(doc.getClientID());
});

test("from: refuses what is no object, and deltas", () => {
  expect(() => from("text")).toThrow();
  expect(() => from(1 as never)).toThrow(/a document is an object/);
  expect(() => from([] as never)).toThrow(/a document is an object/);
  const doc = from({ a: 1 });
  const version = doc.getDocVersion();
  doc.set("a", 2);
  expect(() => from(doc.getChanges(version))).toThrow();
});

test("from(changes, true) and restore go on as the client that saved", () => {
  const doc = from({ a: 1, list: ["x", { y: "z" }] });
  doc.set("a", 2);
  doc.getChangesForClient("alice");
  for (const again of [restore(send(doc.getChanges())), from(send(doc.getChanges()), true)]) {
    expect(again.getClientID()).toBe(doc.getClientID());
    expect(again.getDocVersion()).toBe(doc.getDocVersion());
    expect(again.getData()).toEqual(doc.getData());
  }
});

test("getID: the document's, and its objects' and arrays', the same for all clients", () => {
  const doc = from({ a: { b: {} }, l: [{}] });
  const copy = from(send(doc.getChanges()));
  for (const path of ["a", "a.b", "l", "l[0]"]) expect(copy.get(path).getID()).toBe(doc.get(path).getID());
  expect(doc.get("a").getID()).not.toBe(doc.get("a.b").getID());
});

test("getClientID and setClientID", () => {
  const doc = from({});
  doc.setClientID("alice");
  expect(doc.getClientID()).toBe("alice");
  doc.set("a", 1);
  expect(doc.getChanges().sentBy).toBe("alice");
});

test("createID: another one each time", () => {
  expect(new Set(Array.from({ length: 200 }, () => createID())).size).toBe(200);
});

test("getDocVersion: a text that changes with each edit", () => {
  const doc = from({ a: 1 });
  const seen = new Set([doc.getDocVersion()]);
  expect(doc.getDocVersion()).toBeTypeOf("string");
  expect(doc.getDocVersion()).toBe(doc.getDocVersion());
  doc.set("a", 2);
  seen.add(doc.getDocVersion());
  doc.set("b", {});
  doc.get("b").set("c", 1);
  seen.add(doc.getDocVersion());
  doc.remove("b");
  seen.add(doc.getDocVersion());
  expect(seen.size).toBe(4);
});

test("getChanges: everything, or what came since a version", () => {
  const doc = from({ key1: "foo", key2: { key3: "foo", key4: { key5: "foo", key7: "bar" } } });
  const version = doc.getDocVersion();
  expect(doc.getChanges(version).changes).toBeNull();
  doc.set("key2.key4.key5", "changed");
  expect(doc.getChanges(doc.getDocVersion()).changes).toBeNull();
  const delta = doc.getChanges(version);
  expect(JSON.stringify(delta.changes)).toContain("changed");
  expect(JSON.stringify(delta.changes)).not.toContain("foo");
  // What a change set says of its version will do as well.
  expect(doc.getChanges(from(send(doc.getChanges())).getChanges().fromVersion as object).changes).toBeNull();
});

test("a change set has the members that it had", () => {
  const doc = from({ a: 1 });
  expect(doc.getChanges()).toMatchObject({
    _minisync: { dataType: "CHANGES" },
    documentID: doc.getID(),
    sentBy: doc.getClientID(),
    changesSince: null,
  });
  expect(doc.getChanges().fromVersion).toEqual(JSON.parse(doc.getDocVersion()));
});

test("getChangesForClient: everything for who is not known, else what is missing there", () => {
  const doc = from({ a: "first" });
  expect(doc.getChangesForClient("stranger").changesSince).toBeNull();
  expect(doc.getChangesForClient().changesSince).toBeNull();
  const copy = from(send(doc.getChanges()));
  copy.set("b", 1);
  const delta = copy.getChangesForClient(doc.getClientID());
  expect(delta.changesSince).not.toBeNull();
  expect(JSON.stringify(delta.changes)).not.toContain("first");
});

test("applyChanges and mergeChanges: the same, for one or many", () => {
  const doc = from({ l: [] });
  const one = from(send(doc.getChanges()));
  const two = from(send(doc.getChanges()));
  one.get("l").push(1);
  two.get("l").push(2);
  doc.mergeChanges(send(one.getChanges()), send(two.getChanges()));
  expect(doc.getData().l.sort()).toEqual([1, 2]);
  doc.applyChanges(send(one.getChanges()));
  expect(doc.get("l").length()).toBe(2);
});

test("applyChanges: refuses another document's, and what is none", () => {
  expect(() => from({}).applyChanges(from({}).getChanges())).toThrow(/document/);
  expect(() => from({}).applyChanges({} as never)).toThrow(/no change set/);
  expect(() => from({}).applyChanges(undefined as never)).toThrow(/no change set/);
});

test("getClientStates: what is known of others", () => {
  const a = from({ x: 1 }, { clientID: "a" });
  const b = from(send(a.getChanges()), { clientID: "b" });
  expect(b.getClientStates()).toEqual([
    { clientID: "a", lastAcknowledged: a.getDocVersion(), lastReceived: a.getDocVersion() },
  ]);
  expect(a.getClientStates()).toEqual([]);
});

test("getPeers and addPeer: by address; a whole index will do", () => {
  const doc = from({});
  expect(doc.getPeers()).toEqual([]);
  doc.addPeer({ url: "u", label: "Bob", latestUpdate: null, more: 1 } as never);
  doc.addPeer({ url: "v", label: "Carol", latestUpdate: null });
  const latestUpdate = { clientID: "b", updated: "20190801205300", version: doc.getDocVersion() };
  doc.addPeer({ url: "u", label: "Bobby", latestUpdate });
  expect(doc.getPeers()).toEqual([
    { url: "u", label: "Bobby", latestUpdate },
    { url: "v", label: "Carol", latestUpdate: null },
  ]);
});

test("isNewerThan: whether all of an update was seen", () => {
  const a = from({ x: 1 });
  const b = from(send(a.getChanges()));
  const update = { clientID: a.getClientID(), updated: "", version: a.getDocVersion() };
  expect(b.isNewerThan(update)).toBe(true);
  expect(b.isNewerThan(null)).toBe(false);
  expect(b.isNewerThan({ clientID: "old", updated: "", version: "0000000001" })).toBe(false);
  a.set("x", 2);
  expect(b.isNewerThan({ ...update, version: a.getDocVersion() })).toBe(false);
  b.applyChanges(send(a.getChanges()));
  b.set("x", 3);
  expect(b.isNewerThan({ ...update, version: a.getDocVersion() })).toBe(true);
});

test("three clients that have merged once know that nobody needs anything", () => {
  const one = from({ foo: 1 });
  const two = from(send(one.getChanges()));
  const three = from(send(two.getChanges()));
  expect(three.getChangesForClient(one.getClientID()).changes).toBeNull();
  three.set("foo", 2);
  one.applyChanges(send(three.getChangesForClient(one.getClientID())));
  expect(one.getData()).toEqual({ foo: 2 });
});

test("change sets survive structuredClone, JSON, and being frozen", () => {
  const freeze = (value: any): any => {
    if (typeof value === "object" && value !== null) Object.values(value).forEach(freeze);
    return Object.freeze(value);
  };
  const doc = from({ a: [{ b: 1 }] });
  for (const changes of [structuredClone(doc.getChanges()), freeze(doc.getChanges()), JSON.stringify(doc.getChanges())]) {
    const before = JSON.stringify(changes);
    expect(from(changes).getData()).toEqual({ a: [{ b: 1 }] });
    expect(JSON.stringify(changes)).toBe(before);
  }
});
