// The readme of @jsebrech/minisync 0.4, line by line: what it shows and claims, in our own words. Only the import differs.

import { describe, expect, test } from "vitest";
import * as minisync from "../../src/index.js";

/** What `localStorage` does, which Node lacks. */
const saved = new Map<string, string>();
const send = (changes: unknown): any => JSON.parse(JSON.stringify(changes));

describe("usage", () => {
  test("Alice and Bob exchange a document", () => {
    // Alice makes a document, changes it, saves it, and sends it to Bob.
    const alice = minisync.from({ foo: "initial state goes here" });
    alice.setClientID("alice");
    alice.set("foo", { bar: ["baz"] });
    alice.set("foo.bar[1]", "quu");
    const changes = alice.getChanges();
    saved.set("mydocument", JSON.stringify(changes));

    // Bob opens it, changes it, and makes a delta for Alice.
    const bob = minisync.from(send(changes));
    bob.setClientID("bob");
    bob.get("foo.bar").push("foo you too");
    const bobsDelta = bob.getChangesForClient("alice");
    expect(JSON.stringify(bobsDelta)).not.toContain("quu");

    // Alice restores what she saved, merges, changes something else, and makes a delta for Bob.
    const again = minisync.restore(JSON.parse(saved.get("mydocument") as string));
    expect(again.getClientID()).toBe("alice");
    again.applyChanges(send(bobsDelta));
    expect(again.getData()).toEqual({ foo: { bar: ["baz", "quu", "foo you too"] } });
    again.set("foo.bar", []);
    const alicesDelta = again.getChangesForClient("bob");

    // Bob merges it.
    bob.applyChanges(send(alicesDelta));
    expect(bob.getData()).toEqual({ foo: { bar: [] } });
    expect(again.getData()).toEqual(bob.getData());
  });

  test("clients merge in any and all directions, if they share an ancestry", () => {
    const one = minisync.from({ list: [] });
    const all = [one, minisync.from(send(one.getChanges())), minisync.from(send(one.getChanges()))];
    all.forEach((client, index) => client.get("list").push(`from ${index}`));
    for (const receiver of all) for (const sender of all) receiver.applyChanges(send(sender.getChanges()));
    for (const client of all) {
      expect(client.getData()).toEqual(one.getData());
      expect(client.get("list").length()).toBe(3);
    }
    expect(() => one.applyChanges(minisync.from({}).getChanges())).toThrow();
  });

  test("client ids can be generated", () => {
    const doc = minisync.from({});
    expect(doc.getClientID()).toBe(doc.getClientID());
    expect(doc.getClientID()).not.toBe(minisync.from({}).getClientID());
    expect(minisync.createID()).not.toBe(minisync.createID());
  });
});

describe("supported interfaces", () => {
  test("set(path, value) sets any property of an object, and entries of an array", () => {
    const doc = minisync.from({ a: { b: 1 }, list: [1, 2] });
    doc.set("a.b", 2);
    doc.set("a.c", { d: null });
    doc.set("list[1]", "two");
    expect(doc.getData()).toEqual({ a: { b: 2, c: { d: null } }, list: [1, "two"] });
  });

  test("get(path of an array) has the array's interface", () => {
    const list = minisync.from({ list: [3, 1, 2] }).get("list");
    for (const method of Object.getOwnPropertyNames(Array.prototype)) {
      if (["constructor", "length", "at", "copyWithin"].includes(method)) continue;
      expect(list[method], method).toBeTypeOf("function");
    }
  });

  test("get(path of an object) has get and set", () => {
    const inner = minisync.from({ a: { b: 1 } }).get("a");
    inner.set("b", 2);
    expect(inner.get("b")).toBe(2);
  });

  test("getData() is cleaned up", () => {
    const doc = minisync.from({ a: { b: [{ c: 1 }] } });
    doc.set("a.d", 1);
    expect(JSON.stringify(doc.getData())).toBe('{"a":{"b":[{"c":1}],"d":1}}');
  });

  test("getProxy() is an object that is changed as usual", () => {
    const doc = minisync.from({ a: { list: [1] } });
    const proxy = doc.getProxy();
    proxy.a.list.push(2);
    proxy.a.name = "x";
    expect(doc.getData()).toEqual({ a: { list: [1, 2], name: "x" } });
  });

  test("only an object can be a document, and it can hold anything that is JSON", () => {
    expect(() => minisync.from([1])).toThrow(/a document is an object/);
    const anything = { n: -1.5e-7, s: "é😀\n", t: true, z: null, o: { o: {} }, l: [[], [[1]]] };
    expect(minisync.from(anything).getData()).toEqual(anything);
  });

  test("storage is exported where it was", () => {
    expect(minisync).toHaveProperty("from");
    expect(minisync).toHaveProperty("restore");
    expect(minisync).toHaveProperty("createID");
  });
});

describe("capabilities", () => {
  test("the later of two conflicting changes wins, everywhere", () => {
    let now = 1_000_000;
    const environment = { now: () => now, seed: () => [1, 2, 3, 4] as [number, number, number, number] };
    const a = minisync.from({ x: 0 }, { clientID: "a", environment });
    const b = minisync.from(send(a.getChanges()), { clientID: "b", environment });
    now += 1;
    b.set("x", "earlier");
    now += 1;
    a.set("x", "later");
    const [fromA, fromB] = [send(a.getChangesForClient("b")), send(b.getChangesForClient("a"))];
    a.applyChanges(fromB);
    b.applyChanges(fromA);
    expect([a.get("x"), b.get("x")]).toEqual(["later", "later"]);
  });

  test("only changes are sent", () => {
    const a = minisync.from({ long: "x".repeat(10_000), short: 1 });
    const b = minisync.from(send(a.getChanges()));
    b.set("short", 2);
    expect(JSON.stringify(b.getChangesForClient(a.getClientID())).length).toBeLessThan(500);
  });

  test("no line of sight is needed: changes reach a client through another one", () => {
    const alice = minisync.from({ x: 1 });
    const bob = minisync.from(send(alice.getChanges()));
    const carol = minisync.from(send(bob.getChanges()));
    carol.set("x", 2);
    bob.applyChanges(send(carol.getChangesForClient(bob.getClientID())));
    alice.applyChanges(send(bob.getChangesForClient(alice.getClientID())));
    expect(alice.get("x")).toBe(2);
    // And Alice and Carol never sent each other anything, yet know what the other has.
    expect(alice.getChangesForClient(carol.getClientID()).changes).toBeNull();
  });

  test("a client who has everything is sent nothing", () => {
    const a = minisync.from({ x: 1 });
    const b = minisync.from(send(a.getChanges()));
    expect(b.getChangesForClient(a.getClientID()).changes).toBeNull();
    b.set("x", 2);
    a.applyChanges(send(b.getChangesForClient(a.getClientID())));
    b.applyChanges(send(a.getChangesForClient(b.getClientID())));
    expect(a.getChangesForClient(b.getClientID()).changes).toBeNull();
    expect(b.getChangesForClient(a.getClientID()).changes).toBeNull();
  });
});
