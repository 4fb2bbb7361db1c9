// Handles on objects, and paths, as in @jsebrech/minisync 0.4.

import { expect, test } from "vitest";
import { from } from "../../src/index.js";

const send = (changes: unknown): any => JSON.parse(JSON.stringify(changes));

test("get: primitives as they are, handles for the rest, undefined where nothing is", () => {
  const doc = from({ foo: "bar", baz: { foo: "quu" }, n: 0, no: false, empty: "" });
  expect(doc.get("foo")).toBe("bar");
  expect(doc.get("n")).toBe(0);
  expect(doc.get("no")).toBe(false);
  expect(doc.get("empty")).toBe("");
  expect(doc.get("baz").get("foo")).toBe("quu");
  expect(doc.get("missing")).toBeUndefined();
  expect(doc.get("missing.below")).toBeUndefined();
  expect(doc.get("foo.below")).toBeUndefined();
});

test("get and set: dots and brackets, from the document and from handles", () => {
  const doc = from({ foo: [null, "bar"], deep: { a: [[1, 2], [{ b: 3 }]] } });
  expect(doc.get("foo[1]")).toBe("bar");
  expect(doc.get("deep.a[0][1]")).toBe(2);
  expect(doc.get("deep.a").get("[0][1]")).toBe(2);
  expect(doc.get("deep.a[1][0].b")).toBe(3);
  expect(doc.get("deep").get("a[1][0]").get("b")).toBe(3);
  doc.set("foo[1]", ["test"]);
  doc.set("foo[1][1]", "more");
  doc.get("foo").set("[1][0]", "changed");
  doc.set("deep.a[1][0].b", { c: 4 });
  expect(doc.getData()).toEqual({ foo: [null, ["changed", "more"]], deep: { a: [[1, 2], [{ b: { c: 4 } }]] } });
});

test("set: new and present keys, values of all kinds; returns true", () => {
  const doc = from({ a: 1 });
  expect(doc.set("a", 2)).toBe(true);
  expect(doc.set("b", { c: { d: [] } })).toBe(true);
  expect(doc.get("b").set("e", null)).toBe(true);
  doc.get("b.c").set("d[0]", "x");
  expect(doc.getData()).toEqual({ a: 2, b: { c: { d: ["x"] }, e: null } });
});

test("set: a handle stands for its data", () => {
  const doc = from({ x: { y: 1 }, l: [] });
  doc.set("z", doc.get("x"));
  doc.set("w", { inner: doc.get("x"), list: doc.get("l") });
  doc.get("l").push(doc.get("x"));
  doc.set("x.y", 2);
  expect(doc.getData()).toEqual({ x: { y: 2 }, z: { y: 1 }, w: { inner: { y: 1 }, list: [] }, l: [{ y: 1 }] });
});

test("set: throws where nothing is above", () => {
  const doc = from({ a: 1 });
  expect(() => doc.set("b.c", 1)).toThrow();
  expect(() => doc.set("a.c", 1)).toThrow();
  expect(doc.getData()).toEqual({ a: 1 });
});

test("remove: a key, a path, and the object itself", () => {
  const doc = from({ foo: { bar: { baz: "quu" }, x: 1 }, gone: {}, l: [{}] });
  expect(doc.get("foo").get("bar").remove()).toBe(true);
  expect(doc.get("foo").remove("x")).toBe(true);
  expect(doc.remove("gone")).toBe(true);
  expect(doc.getData()).toEqual({ foo: {}, l: [{}] });
  expect(doc.remove("foo")).toBe(true);
  doc.set("foo", { fresh: true });
  expect(doc.getData()).toEqual({ foo: { fresh: true }, l: [{}] });
});

test("a removed object: its handle reads nothing, and is told to be removed", () => {
  const doc = from({ a: { b: 1 } });
  const handle = doc.get("a");
  expect(handle.isRemoved()).toBe(false);
  handle.remove();
  expect(handle.isRemoved()).toBe(true);
  expect(handle.getData()).toBeNull();
  expect(handle.get("b")).toBeUndefined();
  expect(handle.remove()).toBe(false);
  expect(() => handle.set("b", 2)).toThrow(/no longer|gone/);
});

test("removals reach others", () => {
  const one = from({ foo: { o: 1 }, bar: { o: 2 } });
  const two = from(send(one.getChanges()));
  one.get("bar").remove();
  two.applyChanges(send(one.getChanges()));
  expect(two.getData()).toEqual({ foo: { o: 1 } });
});

test("an object is merged into where a primitive was, and edits in it follow", () => {
  const one = from({ foo: 1, bar: 1 });
  const two = from(send(one.getChanges()));
  two.set("bar", { baz: "test" });
  one.applyChanges(send(two.getChangesForClient(one.getClientID())));
  expect(one.getData()).toEqual({ foo: 1, bar: { baz: "test" } });
  two.get("bar").set("baz", "changed");
  one.applyChanges(send(two.getChangesForClient(one.getClientID())));
  expect(one.getData()).toEqual({ foo: 1, bar: { baz: "changed" } });
});

test("getData: fresh, and one's own", () => {
  const doc = from({ a: { b: [1] } });
  const data = doc.getData();
  data.a.b.push(2);
  expect(doc.getData()).toEqual({ a: { b: [1] } });
  expect(doc.get("a").getData()).toEqual({ b: [1] });
});
