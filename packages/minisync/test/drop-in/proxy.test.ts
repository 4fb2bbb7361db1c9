// `getProxy`, as in @jsebrech/minisync 0.4, and what one expects of what looks like plain data.

import { expect, test } from "vitest";
import { from } from "../../src/index.js";

test("reads like the data", () => {
  const p = from({ foo: "bar", bar: ["quu", { baz: "qux" }] }).getProxy();
  expect(p.foo).toBe("bar");
  expect(Array.isArray(p.bar)).toBe(true);
  expect(p.bar.length).toBe(2);
  expect(p.bar[1].baz).toBe("qux");
  expect(p.missing).toBeUndefined();
  expect(Object.keys(p)).toEqual(["foo", "bar"]);
  expect("foo" in p && !("baz" in p)).toBe(true);
  expect(JSON.stringify(p)).toBe('{"foo":"bar","bar":["quu",{"baz":"qux"}]}');
  expect([...p.bar].length).toBe(2);
  expect({ ...p }.foo).toBe("bar");
  expect(p).toEqual({ foo: "bar", bar: ["quu", { baz: "qux" }] });
});

test("writes to the document", () => {
  const doc = from({ foo: "bar", bar: ["quu", { baz: "qux" }] });
  const p = doc.getProxy();
  p.foo = "a";
  p.bar[0] = "b";
  p.bar[1].baz = "c";
  p.quu = { d: 1 };
  p.quu.d++;
  p.copy = p.quu;
  expect(doc.getData()).toEqual({ foo: "a", bar: ["b", { baz: "c" }], quu: { d: 2 }, copy: { d: 2 } });
  delete p.quu;
  delete p.bar[0];
  expect(doc.getData()).toEqual({ foo: "a", bar: [{ baz: "c" }], copy: { d: 2 } });
  p.bar.length = 0;
  expect(doc.getData()).toEqual({ foo: "a", bar: [], copy: { d: 2 } });
});

test("array methods read without a change, and write with one", () => {
  const doc = from({ foo: ["bar", "baz"], objects: [{ n: 2 }, { n: 1 }] });
  const p = doc.getProxy();
  const version = doc.getDocVersion();
  expect(p.foo.slice(0, 1)).toEqual(["bar"]);
  expect(p.foo.map((text: string) => text.length)).toEqual([3, 3]);
  expect(p.foo.includes("baz")).toBe(true);
  expect(p.objects.indexOf(p.objects[1])).toBe(1);
  expect(doc.getDocVersion()).toBe(version);
  p.foo.push("xyzzy");
  expect(p.foo).toEqual(["bar", "baz", "xyzzy"]);
  expect(doc.getDocVersion()).not.toBe(version);
  expect(p.foo.splice(0, 2)).toEqual(["bar", "baz"]);
  expect(p.objects.sort((a: any, b: any) => a.n - b.n)[0].n).toBe(1);
  p.objects.forEach((object: any) => {
    object.n *= 10;
  });
  expect(doc.getData()).toEqual({ foo: ["xyzzy"], objects: [{ n: 10 }, { n: 20 }] });
});

test("what no data has is refused", () => {
  const p = from({ a: {} }).getProxy();
  expect(() => Object.setPrototypeOf(p, {})).toThrow(/setPrototypeOf/);
  expect(() => Object.defineProperty(p, "x", { value: 1 })).toThrow(/defineProperty/);
  expect(() => Object.freeze(p)).toThrow(/frozen/);
});
