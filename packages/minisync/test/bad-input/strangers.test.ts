// What strangers send: refused whole, or merged without reaching anything but the document.

import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { from, MiniSyncError } from "../../src/index.js";

const clean = Object.getOwnPropertyNames(Object.prototype).sort();

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(clean);
  expect(({} as any).polluted).toBeUndefined();
  expect(([] as any).polluted).toBeUndefined();
});

test("prototypes cannot be reached by paths, values, proxies, drafts or change sets", () => {
  const doc: any = from(JSON.parse('{"a":{},"__proto__":{"inner":1},"list":[]}'));
  for (const key of ["__proto__", "constructor", "prototype"]) {
    expect(() => doc.set(`a.${key}.polluted`, true)).toThrow(MiniSyncError);
    expect(() => doc.set(`list.${key}.polluted`, true)).toThrow(MiniSyncError);
    expect(() => doc.set(["a", key, "polluted"], true)).toThrow(MiniSyncError);
    expect(() => (doc.getProxy().a[key].polluted = true)).toThrow(TypeError);
    expect(() => (doc.getProxy().list[key].polluted = true)).toThrow(TypeError);
    expect(() => doc.change((d: any) => (d.a[key].polluted = true))).toThrow(TypeError);
    expect(() => doc.change((d: any) => (d.list[key].polluted = true))).toThrow(TypeError);
    expect(doc.get(["a", key])).toBeUndefined();
    doc.change((d: any) => (d.a[key] = { polluted: true }));
    doc.set(["a", key], { polluted: "set" });
    doc.getProxy().a[key] = { polluted: "proxy" };
    expect(Object.getPrototypeOf(doc.data.a)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(doc.data.a, key)?.value).toEqual({ polluted: "proxy" });
  }
  const other = from<any>(JSON.parse(JSON.stringify(doc.getChanges())));
  expect(Object.getPrototypeOf(other.data)).toBe(Object.prototype);
  expect(Object.keys(other.data)).toContain("__proto__");
  expect(JSON.stringify(other.data)).toBe(JSON.stringify(doc.data));
  other.set(["__proto__", "inner"], 2);
  doc.applyChanges(other.getChanges());
  expect(JSON.stringify(doc.data)).toBe(JSON.stringify(doc.getData()));
});

test("getters, toJSON and proxies in a change set do nothing but give JSON, or are refused", () => {
  const doc = from({ n: 1 });
  const changes: any = doc.getChanges();
  const hostile = [
    { ...changes, toJSON: () => "x" },
    { ...changes, get changes(): never { throw new Error("mine"); } },
    { ...changes, documentID: 1n },
    { ...changes, documentID: { toString: () => "x" } },
    new Proxy(changes, { get: (target, key) => (key === "changes" ? [] : target[key]) }),
  ];
  for (const one of hostile) {
    try {
      doc.applyChanges(one);
    } catch (error) {
      expect(["malformed", "invalid-argument", "wrong-document"]).toContain((error as MiniSyncError).code ?? (error as Error).message);
    }
    expect(doc.getData()).toEqual({ n: 1 });
  }
});

test("a text that is more than one value smuggles nothing in", () => {
  const doc = from({ n: 1 }, { clientID: "me" });
  const text = doc.getChangesText();
  for (const smuggled of [`${text},{"client":"you"}`, `{"client":"you"},${text}`, `${text}],[`, `${text} x`, "", "[", "null"]) {
    expect(() => from(smuggled)).toThrow(MiniSyncError);
    expect(() => doc.applyChanges(smuggled)).toThrow(MiniSyncError);
  }
  expect(doc.getClientID()).toBe("me");
});

test("a damaged change set is refused whole, or is one that everybody reads alike", () => {
  const source = from({ a: { b: [1, { c: "x" }] }, d: null });
  source.set("a.b[0]", 2);
  source.remove("d");
  const text = source.getChangesText();
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('"', "{", "}", "[", "]", ",", ":", "0", "9", "-", "a", "!", "@", "\\"), (at, letter) => {
      const damaged = text.slice(0, at) + letter + text.slice(at + 1);
      const doc = from<any>(source.getChanges());
      doc.set("own", 1);
      const before = [doc.getDocVersion(), JSON.stringify(doc.getData())];
      try {
        doc.applyChanges(damaged);
        expect(doc.data).toEqual(doc.getData());
      } catch (error) {
        expect(error).toBeInstanceOf(MiniSyncError);
        expect([doc.getDocVersion(), JSON.stringify(doc.getData())]).toEqual(before);
      }
      expect(from(doc.getChanges()).getData()).toEqual(doc.getData());
    }),
    { numRuns: 300 },
  );
});

test("of several change sets none is merged if one is refused, and the error says which", () => {
  const doc = from({ n: 1 });
  const other = from<any>(doc.getChanges());
  other.set("n", 2);
  const stranger = from({ n: 3 }).getChanges();
  expect(() => doc.mergeChanges(other.getChanges(), stranger)).toThrow(expect.objectContaining({ code: "wrong-document", index: 1 }));
  expect(doc.get("n")).toBe(1);
});

test("a delta that builds on what was not seen says what is missing", () => {
  const doc = from({ n: 1 }, { clientID: "one" });
  const other = from<any>(doc.getChanges(), { clientID: "two" });
  other.set("n", 2);
  const version = other.getDocVersion();
  other.set("n", 3);
  expect(() => doc.applyChanges(other.getChanges(version))).toThrow(
    expect.objectContaining({ code: "missing-changes", missing: { two: [expect.any(Number), expect.any(Number)] } }),
  );
});

test("a delta of the old library asks for a full one", () => {
  const delta = {
    _minisync: { dataType: "CHANGES", version: 1 },
    documentID: "x", sentBy: "alice", fromVersion: "0000000002", clientStates: [], changesSince: "0000000001", changes: null,
  };
  expect(() => from(delta)).toThrow(expect.objectContaining({ code: "version-1-delta" }));
});
