// How apps follow a document: data, change, subscribe and events.

import { expect, test, vi } from "vitest";
import { from } from "../../src/index.js";

test("data is plain, frozen, and stays the same object until something changes", () => {
  const doc = from({ cards: [{ title: "a" }, { title: "b" }], other: { x: 1 } });
  const before = doc.data;
  expect(doc.data).toBe(before);
  expect(Object.getPrototypeOf(before)).toBe(Object.prototype);
  expect(() => (before.cards[0].title = "x")).toThrow(TypeError);
  doc.set("cards[0].title", "c");
  expect(before.cards[0].title).toBe("a");
  expect(doc.data.cards[0].title).toBe("c");
  expect(doc.data.cards[1]).toBe(before.cards[1]);
  expect(doc.data.other).toBe(before.other);
  expect(doc.data.cards).not.toBe(before.cards);
});

test("getSnapshot and subscribe can be passed on without their document", () => {
  const doc = from({ n: 0 });
  const { getSnapshot, subscribe } = doc;
  const listener = vi.fn();
  const stop = subscribe(listener);
  doc.set("n", 1);
  expect(listener).toHaveBeenCalledTimes(1);
  expect(getSnapshot()).toBe(doc.data);
  stop();
  doc.set("n", 2);
  expect(listener).toHaveBeenCalledTimes(1);
});

test("on(change): patches and who caused them; once for a transaction; never for nothing", () => {
  const doc = from({ list: [1, 2], n: 0 }, { undo: { within: 0 } });
  const other = from(doc.getChanges());
  const events: [string, string][] = [];
  doc.on("change", ({ origin, patches }) => events.push([origin, patches.map((patch) => `${patch.op} ${patch.path}`).join()]));
  doc.change((d) => {
    d.list.push(3);
    d.n = 1;
  });
  doc.change(() => undefined);
  doc.remove("missing");
  other.set("n", 5);
  doc.applyChanges(other.getChanges());
  doc.applyChanges(other.getChanges());
  doc.get("list").pop();
  doc.undo();
  doc.redo();
  expect(events).toEqual([
    ["local", "add /list/2,replace /n"],
    ["remote", "replace /n"],
    ["local", "remove /list/2"],
    ["undo", "add /list/2"],
    ["redo", "remove /list/2"],
  ]);
});

test("a listener may edit: everybody hears of everything in the same order", () => {
  const doc = from({ n: 0 });
  const heard: string[] = [];
  doc.on("change", ({ patches }) => {
    heard.push(`first ${(patches[0] as any).value}`);
    if (doc.get("n") < 3) doc.set("n", doc.get("n") + 1);
  });
  doc.on("change", ({ patches }) => heard.push(`second ${(patches[0] as any).value}`));
  doc.set("n", 1);
  expect(heard).toEqual(["first 1", "second 1", "first 2", "second 2", "first 3", "second 3"]);
});

test("a listener that throws keeps nobody else from hearing, and its error is not lost", async () => {
  const doc = from({ n: 0 });
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const after = vi.fn();
  doc.subscribe(() => {
    throw new Error("of the listener");
  });
  doc.subscribe(after);
  doc.set("n", 1);
  vi.unstubAllGlobals();
  expect(doc.get("n")).toBe(1);
  expect(after).toHaveBeenCalled();
  expect(reported.mock.calls[0]?.[0].message).toBe("of the listener");
});

test("a large map: entries keep their identity, keys their order", () => {
  const entries = Array.from({ length: 3000 }, (_, index) => [`key${index}`, { index }]);
  const doc = from({ map: Object.fromEntries(entries) });
  const before = doc.data.map;
  doc.set("map.key7.index", -1);
  doc.set("map.fresh", {});
  doc.remove("map.key9");
  expect(doc.data.map.key8).toBe(before.key8);
  expect(doc.data.map.key7).not.toBe(before.key7);
  expect(JSON.stringify(doc.data)).toBe(JSON.stringify(doc.getData()));
  doc.set("map.key1.index", -2);
  doc.set("map.__proto__", { own: true });
  expect(JSON.stringify(doc.data)).toBe(JSON.stringify(doc.getData()));
});

test("keys that come back by a merge or an undo stand where the document has them", () => {
  const doc = from({ a: 1, b: 2, c: 3 }, { undo: { within: 0 } });
  const other = from(doc.getChanges());
  expect(Object.keys(doc.data)).toEqual(["a", "b", "c"]);
  doc.remove("a");
  expect(Object.keys(doc.data)).toEqual(["b", "c"]);
  other.set("a", 4);
  doc.applyChanges(other.getChanges());
  expect(Object.keys(doc.data)).toEqual(Object.keys(doc.getData()));
  doc.remove("b");
  void doc.data;
  doc.undo();
  expect(Object.keys(doc.data)).toEqual(Object.keys(doc.getData()));
});
