// Handles on arrays, method by method, as in @jsebrech/minisync 0.4.

import { expect, test } from "vitest";
import { from } from "../../src/index.js";

const send = (changes: unknown): any => JSON.parse(JSON.stringify(changes));

/** The handle of an array that holds this. */
const array = (...items: unknown[]): any => from({ v: items }).get("v");

test("get and set: by number and by text; behind the end there is null between", () => {
  const a = array();
  a.set(0, "foo");
  a.set(2, "bar");
  expect(a.getData()).toEqual(["foo", null, "bar"]);
  expect([a.get(0), a.get("0"), a.get(1), a.get("2"), a.get("[2]"), a.get(3)]).toEqual(["foo", "foo", null, "bar", "bar", undefined]);
  a.set("3", "baz");
  expect(a.length()).toBe(4);
});

test("behind the end, by every kind of path", () => {
  for (const path of ["v[2]", "v.2", "/v/2", ["v", 2]]) {
    const doc = from({ v: [1], "v.2": 0 });
    doc.set(path, "x");
    expect(doc.getData(), String(path)).toEqual({ v: [1, null, "x"], "v.2": 0 });
  }
  const doc = from({ v: [1] });
  doc.set("/v.2", "a key");
  doc.set("5", "a key, too");
  expect(doc.getData()).toEqual({ v: [1], "v.2": "a key", 5: "a key, too" });
});

test("concat: plain data, joined with arrays, values and handles", () => {
  const doc = from({ v: ["one", { two: 2 }], w: [4] });
  expect(doc.get("v").concat(["three"], doc.get("w"), 5)).toEqual(["one", { two: 2 }, "three", 4, 5]);
});

test("every and some", () => {
  expect(array(1, 2).every((value: number) => value > 0)).toBe(true);
  expect(array(1, 2).every((value: number) => value > 1)).toBe(false);
  expect(array(1, { x: 2 }).some((value: any) => value.x === 2)).toBe(true);
  expect(array().some(() => true)).toBe(false);
});

test("forEach: handles for objects and arrays, and this", () => {
  const seen: unknown[] = [];
  const self = {};
  array("foo", { foo: "bar" }, [1]).forEach(function (this: unknown, value: any, index: number, all: any[]) {
    seen.push([this === self, index, all.length, typeof value === "string" ? value : value.getData()]);
  }, self);
  expect(seen).toEqual([
    [true, 0, 3, "foo"],
    [true, 1, 3, { foo: "bar" }],
    [true, 2, 3, [1]],
  ]);
});

test("map, reduce, reduceRight: plain data", () => {
  expect(array(1, { x: 2 }).map((value: any, index: number) => [index, value.x ?? value])).toEqual([[0, 1], [1, 2]]);
  expect(array(1, 2, 3).reduce((sum: number, value: number) => sum + value, 10)).toBe(16);
  expect(array("a", "b").reduceRight((text: string, value: string) => text + value, "")).toBe("ba");
});

test("indexOf and lastIndexOf: values, handles, and ids", () => {
  const a = array("one", "two", { key: "three" }, "two");
  expect(a.indexOf("two")).toBe(1);
  expect(a.indexOf("two", 2)).toBe(3);
  expect(a.indexOf("none")).toBe(-1);
  expect(a.indexOf(a.get(2))).toBe(2);
  expect(a.indexOf(a.get(2).getID(), 0, true)).toBe(2);
  expect(a.lastIndexOf("two")).toBe(3);
  expect(a.lastIndexOf("two", 2)).toBe(1);
  expect(a.lastIndexOf(a.get(2))).toBe(2);
});

test("indexOf: the very object that the document was made of", () => {
  const original = ["one", { key: "three" }];
  const a = from({ test: original }).get("test");
  original.forEach((value, index) => expect(a.indexOf(value)).toBe(index));
});

test("join", () => {
  expect(array(1, 2).join()).toBe("1,2");
  expect(array(1, 2).join("")).toBe("12");
});

test("push: one or more; returns the length", () => {
  const a = array();
  expect(a.push("foo", "bar")).toBe(2);
  expect(a.push({ x: [] })).toBe(3);
  expect(a.getData()).toEqual(["foo", "bar", { x: [] }]);
});

test("pop: plain data of the last; undefined if there is none", () => {
  const a = array("one", { foo: "baz" });
  expect(a.pop()).toEqual({ foo: "baz" });
  expect(a.pop()).toBe("one");
  expect(a.pop()).toBeUndefined();
  expect(a.getData()).toEqual([]);
});

test("shift: plain data of the first; null if there is none", () => {
  const a = array({ foo: "bar" }, 2);
  expect(a.shift()).toEqual({ foo: "bar" });
  expect(a.shift()).toBe(2);
  expect(a.shift()).toBeNull();
});

test("unshift: returns the length", () => {
  const a = array(2);
  expect(a.unshift(1)).toBe(2);
  expect(a.join(",")).toBe("1,2");
});

test("reverse: in place; returns the handle", () => {
  const a = array(1, 2, 3);
  expect(a.reverse().join("")).toBe("321");
  expect(a.getData()).toEqual([3, 2, 1]);
});

test("sort: as texts or as one says; returns plain data", () => {
  const a = array(10, 9, { v: 1 }, -1);
  expect(a.sort()).toEqual([-1, 10, 9, { v: 1 }]);
  expect(a.getData()).toEqual([-1, 10, 9, { v: 1 }]);
  expect(array(10, 9, 1).sort((x: number, y: number) => x - y)).toEqual([1, 9, 10]);
});

test("splice: returns plain data of what was removed", () => {
  const a = array(1, 2, { foo: 3 }, 4, 5);
  expect(a.splice(2, 2, 3, { bar: 4 })).toEqual([{ foo: 3 }, 4]);
  expect(a.getData()).toEqual([1, 2, 3, { bar: 4 }, 5]);
  expect(a.get("[3].bar")).toBe(4);
  expect(a.splice(-1, 1)).toEqual([5]);
  expect(a.splice(1, 0, "x")).toEqual([]);
  expect(a.getData()).toEqual([1, "x", 2, 3, { bar: 4 }]);
});

test("slice", () => {
  const a = array(1, 2, 3);
  expect(a.slice(1)).toEqual([2, 3]);
  expect(a.slice(0, -1)).toEqual([1, 2]);
  expect(a.slice()).toEqual([1, 2, 3]);
});

test("removeAt: returns plain data of the element, undefined where none is", () => {
  const a = array({ x: 1 }, 2);
  expect(a.removeAt(5)).toBeUndefined();
  expect(a.removeAt(0)).toEqual({ x: 1 });
  expect(a.getData()).toEqual([2]);
});

test("length is a function", () => {
  expect(array(1, 2).length()).toBe(2);
  expect(array().length()).toBe(0);
});

test("new here: at, find, findLast, findIndex, includes, iteration, and the rest of Array", () => {
  const a = array(1, { n: 2 }, 3);
  expect(a.at(-1)).toBe(3);
  expect(a.find((value: any) => value.n === 2).get("n")).toBe(2);
  expect(a.find(() => false)).toBeUndefined();
  expect(a.findLast((value: any) => value === 1 || value === 3)).toBe(3);
  expect(a.findIndex((value: any) => value.n === 2)).toBe(1);
  expect(a.findLastIndex(() => true)).toBe(2);
  expect(a.includes({ n: 2 })).toBe(true);
  expect(a.includes(4)).toBe(false);
  expect(a.filter((value: any) => typeof value === "number")).toEqual([1, 3]);
  expect([...a].map((value: any) => value.getData?.() ?? value)).toEqual([1, { n: 2 }, 3]);
  expect([...a.keys()]).toEqual([0, 1, 2]);
  expect([...a.entries()].map(([index]: [number]) => index)).toEqual([0, 1, 2]);
  expect([...a.values()].length).toBe(3);
  expect(array([1], [2, [3]]).flat(2)).toEqual([1, 2, 3]);
  expect(array(1, 2).flatMap((value: number) => [value, value])).toEqual([1, 1, 2, 2]);
  expect(array(1, 2).fill(0).getData()).toEqual([0, 0]);
  expect(array(1, 2, 3, 4).fill("x", 1, -1).getData()).toEqual([1, "x", "x", 4]);
  expect(array(1, 2, 3, 4).copyWithin(0, 2).getData()).toEqual([3, 4, 3, 4]);
  expect(array(2, 1).toSorted()).toEqual([1, 2]);
  expect(array(2, 1).toReversed()).toEqual([1, 2]);
  expect(array(1, 2, 3).toSpliced(1, 1, "x")).toEqual([1, "x", 3]);
  expect(array(1, 2).with(-1, 3)).toEqual([1, 3]);
  expect(String(array(1, [2, 3]))).toBe("1,2,3");
  const moved = array("a", "b", "c");
  moved.move(0, 2);
  expect(moved.getData()).toEqual(["b", "c", "a"]);
  moved.clear();
  expect(moved.getData()).toEqual([]);
});

test("methods of an array that is gone say so", () => {
  const a = array(1);
  a.remove();
  expect(a.getData()).toBeNull();
  for (const method of ["length", "pop", "sort", "join"]) expect(() => a[method](), method).toThrow(/no longer|gone/);
  expect(() => a.push(1)).toThrow(/no longer|gone/);
});

test("primitives, objects, insertions and removals are exchanged", () => {
  const one = from({ a: ["test", 123, { foo: "bar" }, { o: 2 }] });
  const two = from(send(one.getChanges()));
  two.set("a[1]", 321);
  two.applyChanges(send(one.getChanges()));
  expect(two.get("a[1]")).toBe(321);
  two.set("a[2].foo", { nested: true });
  two.get("a").pop();
  one.get("a").splice(1, 0, "between");
  one.applyChanges(send(two.getChanges()));
  two.applyChanges(send(one.getChanges()));
  expect(one.getData()).toEqual({ a: ["test", "between", 321, { foo: { nested: true } }] });
  expect(two.getData()).toEqual(one.getData());
});

test("insertions of two at the same place both stay, in both directions", () => {
  const one = from({ a: [{ o: 1 }, { o: 2 }] });
  const two = from(send(one.getChanges()));
  one.get("a").splice(1, 0, { r: 1 });
  one.get("a").push({ r: 2 });
  two.get("a").splice(1, 0, { l: 1 });
  two.get("a").unshift({ l: 2 });
  two.applyChanges(send(one.getChanges()));
  one.applyChanges(send(two.getChanges()));
  expect(one.getData()).toEqual(two.getData());
  const flat = JSON.stringify(one.getData().a);
  expect(flat).toMatch(/^\[\{"l":2\},\{"o":1\},(\{"r":1\},\{"l":1\}|\{"l":1\},\{"r":1\}),\{"o":2\},\{"r":2\}\]$/);
});
