// Where @jsebrech/minisync 0.4 was wrong, and what is right here. docs/migration.md tells the same, with both results;
// the old ones were had by running the old library.

import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { from, restore } from "../../src/index.js";

const send = (changes: unknown): any => JSON.parse(JSON.stringify(changes));

/** Two clients that edit at the same time and then exchange everything. */
function meet(data: object, editOne: (doc: any) => void, editTwo: (doc: any) => void): [any, any] {
  const one = from(data);
  const two = from(send(one.getChanges()));
  editOne(one);
  editTwo(two);
  const [fromOne, fromTwo] = [send(one.getChangesForClient(two.getClientID())), send(two.getChangesForClient(one.getClientID()))];
  one.applyChanges(fromTwo);
  two.applyChanges(fromOne);
  return [one.getData(), two.getData()];
}

describe("merging", () => {
  test("edits of two fields of one object both stay", () => {
    const result = { p: { x: 2, y: 2 } };
    expect(meet({ p: { x: 1, y: 1 } }, (doc) => doc.set("p.x", 2), (doc) => doc.set("p.y", 2))).toEqual([result, result]);
  });

  test("keys that two add at the same time both stay", () => {
    const result = { x: 1, m: 2, n: 2 };
    expect(meet({ x: 1 }, (doc) => doc.set("n", 2), (doc) => doc.set("m", 2))).toEqual([result, result]);
  });

  test("two writes of one value within a second end equal", () => {
    const [one, two] = meet({ x: 1 }, (doc) => doc.set("x", "a"), (doc) => doc.set("x", "b"));
    expect(one).toEqual(two);
  });

  test("elements that two append at the same time both stay", () => {
    const [one, two] = meet({ l: [1] }, (doc) => doc.get("l").push(2), (doc) => doc.get("l").push(3));
    expect(one).toEqual(two);
    expect(one.l.slice().sort()).toEqual([1, 2, 3]);
  });

  test("an order and an edit in an element both stay", () => {
    const [one, two] = meet({ l: [{ n: 1 }, { n: 2 }] }, (doc) => doc.get("l").reverse(), (doc) => doc.set("l[0].n", 9));
    expect([one, two]).toEqual([{ l: [{ n: 2 }, { n: 9 }] }, { l: [{ n: 2 }, { n: 9 }] }]);
  });

  test("an object that one removes and another edits does not break the merge", () => {
    const [one, two] = meet({ p: { x: 1 } }, (doc) => doc.remove("p"), (doc) => doc.set("p.x", 9));
    expect(one).toEqual(two);
  });

  test("empty objects, empty arrays and null arrive", () => {
    const data = { e: {}, l: [], n: null, deep: { l: [null, {}, []] } };
    expect(from(send(from(data).getChanges())).getData()).toEqual(data);
  });
});

describe("reading and writing", () => {
  test("null is null", () => {
    const doc = from({ a: null });
    expect(doc.get("a")).toBeNull();
    expect(doc.getData()).toEqual({ a: null });
  });

  test("negative indices count from the end", () => {
    const doc = from({ a: [1, 2, 3] });
    expect(doc.get("a[-1]")).toBe(3);
    doc.get("a").set(-1, 9);
    expect(doc.getData()).toEqual({ a: [1, 2, 9] });
  });

  test("what is handed in stays as it is", () => {
    const mine = { a: 1 };
    const doc = from(mine);
    doc.set("a", 2);
    expect(mine).toEqual({ a: 1 });
  });

  test("removing by a path removes it, in objects and arrays", () => {
    const doc = from({ x: { y: 1, z: 1 }, l: [1, { a: 1 }, 3] });
    expect(doc.remove("x.y")).toBe(true);
    expect(doc.remove("l[1]")).toBe(true);
    doc.get("l").remove("0");
    expect(doc.getData()).toEqual({ x: { z: 1 }, l: [3] });
    expect(doc.remove("missing")).toBe(false);
  });

  test("an element that removes itself is gone", () => {
    const doc = from({ l: [{ n: 1 }, { n: 2 }] });
    doc.get("l[0]").remove();
    expect(doc.getData()).toEqual({ l: [{ n: 2 }] });
    expect(doc.get("l").length()).toBe(1);
  });

  test("pop takes the last one, also of equal ones; shift and splice stay within the array", () => {
    const doc = from({ a: [1, 2, 1] });
    expect(doc.get("a").pop()).toBe(1);
    expect(doc.getData()).toEqual({ a: [1, 2] });
    expect(doc.get("a").splice(1, 9)).toEqual([2]);
    expect(from({ a: [1, 2, 3] }).get("a").splice(1)).toEqual([2, 3]);
  });

  test("unshift takes several, slice gives plain data, reduce needs no initial value", () => {
    const doc = from({ a: [{ x: 1 }] });
    expect(doc.get("a").unshift(2, 3)).toBe(3);
    expect(doc.get("a").slice(0, 3)).toEqual([2, 3, { x: 1 }]);
    expect(from({ a: [1, 2] }).get("a").reduce((sum: number, n: number) => sum + n)).toBe(3);
  });

  test("keys may have any name", () => {
    const doc = from({ "a.b": 1, _s: 2 });
    expect(doc.get(["a.b"])).toBe(1);
    expect(doc.get('["a.b"]')).toBe(1);
    expect(doc.getData()).toEqual({ "a.b": 1, _s: 2 });
  });

  test("undefined members are left out, as JSON does; other things that are not JSON are refused", () => {
    const doc = from({ x: 1 });
    doc.set("o", { a: 1, b: undefined });
    expect(doc.getData()).toEqual({ x: 1, o: { a: 1 } });
    for (const value of [undefined, Number.NaN, new Date(), () => 1]) expect(() => doc.set("u", value)).toThrow(/is not JSON/);
    expect(from(send(doc.getChanges())).getData()).toEqual(doc.getData());
  });
});

describe("files of the old library", () => {
  const folder = new URL("../../../../fixtures/v1/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

  test.each(names)("%s loads, by restore and by from", (name) => {
    const { changes, data } = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    expect(restore(changes).getData()).toEqual(data);
    const doc = from(changes);
    expect(doc.getData()).toEqual(data);
    doc.set("edited", true);
    expect(from(send(doc.getChanges())).getData()).toEqual({ ...data, edited: true });
  });

  test("who still runs the old library is given a file that it reads", () => {
    const doc = from({ title: "x", nothing: null, list: [{ a: 1 }] });
    const { changes, leftOut } = doc.getChangesV1();
    expect(changes).toMatchObject({ _minisync: { dataType: "CHANGES", version: 1 }, documentID: doc.getID() });
    expect(leftOut).toEqual([["nothing"]]);
    expect(from(changes).getData()).toEqual({ title: "x", list: [{ a: 1 }] });
  });
});
