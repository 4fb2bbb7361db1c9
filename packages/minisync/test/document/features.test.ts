// Conflicts, undo, genesis, schemas, ids and forgetting.

import { expect, test, vi } from "vitest";
import { from, genesis, MiniSyncError, restore, type StandardSchema } from "../../src/index.js";

/** A schema as any library makes one: a board has a title that is a text. */
const schema: StandardSchema<{ title: string; cards: { done: boolean }[] }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate(value: any) {
      const issues: { message: string; path: (string | { key: string | number })[] }[] = [];
      if (typeof value.title !== "string") issues.push({ message: "expected a text", path: ["title"] });
      for (const [index, card] of (value.cards ?? []).entries()) {
        if (typeof card.done !== "boolean") {
          issues.push({ message: "expected a boolean", path: ["cards", { key: index }, { key: "done" }] });
        }
      }
      return issues.length === 0 ? { value } : { issues };
    },
  },
};

test("conflicts are kept, told, and settled", () => {
  const one = from({ title: "Trip", n: 1 }, { clientID: "one" });
  const two = from(one.getChanges(), { clientID: "two" });
  one.set("title", "Alps");
  two.set("title", "Lakes");
  one.mergeChanges(two.getChanges());
  two.mergeChanges(one.getChanges());
  expect(one.get("title")).toBe(two.get("title"));
  const lost = one.get("title") === "Alps" ? "Lakes" : "Alps";
  expect(one.conflicts("title")).toMatchObject([{ value: lost, client: lost === "Alps" ? "one" : "two" }]);
  expect(one.conflicts("n")).toEqual([]);
  expect(one.conflictedPaths()).toEqual([["title"]]);
  one.resolve("title", 0);
  expect(one.get("title")).toBe(lost);
  expect(one.conflicts("title")).toEqual([]);
  two.mergeChanges(one.getChanges());
  expect(two.conflictedPaths()).toEqual([]);
});

test("undo takes back own edits beside those of others, and survives a reload", () => {
  const doc = from({ mine: 1, theirs: 1 }, { undo: { within: 0 } });
  const other = from(doc.getChanges());
  doc.set("mine", 2);
  other.set("theirs", 2);
  doc.applyChanges(other.getChanges());
  doc.set("mine", 3);
  expect([doc.canUndo, doc.canRedo]).toEqual([true, false]);

  const again = restore(JSON.parse(JSON.stringify(doc.getChanges())), { undo: { history: doc.saveUndo() } });
  expect(again.undo()).toBe(true);
  expect(again.undo()).toBe(true);
  expect(again.undo()).toBe(false);
  expect(again.getData()).toEqual({ mine: 1, theirs: 2 });
  expect([again.canUndo, again.canRedo]).toEqual([false, true]);
  again.redo();
  expect(again.getData()).toEqual({ mine: 2, theirs: 2 });
});

test("a history of another state is dropped, and later edits are remembered all the same", () => {
  const doc = from({ n: 1 }, { undo: true });
  const saved = doc.getChanges();
  doc.set("n", 2);
  const again = restore(saved, { undo: { history: doc.saveUndo() } });
  expect(again.canUndo).toBe(false);
  again.set("n", 3);
  expect(again.undo()).toBe(true);
  expect(again.get("n")).toBe(1);
});

test("edits that follow each other soon are undone together, unless a group is ended", () => {
  let now = 1000;
  const doc = from({ n: 0 }, { undo: { within: 500 }, environment: { now: () => now, seed: () => [1, 2, 3, 4] } });
  for (const n of [1, 2]) doc.set("n", n);
  doc.endUndoGroup();
  doc.set("n", 3);
  now += 1000;
  doc.set("n", 4);
  doc.undo();
  expect(doc.get("n")).toBe(3);
  doc.undo();
  expect(doc.get("n")).toBe(2);
  doc.undo();
  expect(doc.get("n")).toBe(0);
});

test("genesis: devices that start from the same defaults share one document", () => {
  const phone = genesis("board", { title: "My board", cards: [] });
  const laptop = genesis("board", { title: "My board", cards: [] });
  expect(phone.getID()).toBe("board");
  phone.get("cards").push("from the phone");
  laptop.set("title", "Ours");
  laptop.applyChanges(phone.getChanges());
  phone.applyChanges(laptop.getChanges());
  expect(phone.getData()).toEqual({ title: "Ours", cards: ["from the phone"] });
  expect(laptop.getData()).toEqual(phone.getData());
});

test("a schema refuses own writes, and reports what others wrote", () => {
  const doc = from({ title: "x", cards: [] }, { schema });
  const other = from<any>(doc.getChanges());
  const before = doc.data;
  const writes: (() => void)[] = [
    () => doc.set("title", 1 as never),
    () => doc.change((d) => d.cards.push({ done: 1 as never })),
    () => doc.get("cards").push({ done: "no" as never }),
    () => doc.remove("title"),
    () => doc.update("cards", [{ done: null as never }]),
  ];
  for (const write of writes) expect(write).toThrow(expect.objectContaining({ code: "invalid-data" }));
  expect(doc.data).toBe(before);
  doc.change((d) => d.cards.push({ done: true }));
  doc.set("cards[0].done", false);
  expect(doc.data).toEqual({ title: "x", cards: [{ done: false }] });

  const heard = vi.fn();
  doc.on("invalid", heard);
  other.set("cards", [{ done: "maybe" }]);
  doc.applyChanges(other.getChanges());
  expect(heard).toHaveBeenCalledWith({ issues: [{ message: "expected a boolean", path: ["cards", 0, "done"] }] });
  expect(doc.issues()).toHaveLength(1);
  expect(doc.getData()).toEqual(other.getData());
});

test("a schema refuses wrong initial data, and accepts a wrong document of others", () => {
  expect(() => from({ title: 1 } as never, { schema })).toThrow(MiniSyncError);
  const others = from<any>({ title: 1 });
  expect(from(others.getChanges(), { schema }).issues()).toEqual([{ message: "expected a text", path: ["title"] }]);
  const slow: StandardSchema = { "~standard": { version: 1, vendor: "test", validate: async (value) => ({ value }) } };
  expect(() => from({}, { schema: slow })).toThrow(/asynchronous/);
  expect(() => from({}, { schema: {} as never })).toThrow(/Standard Schema/);
});

test("two copies of one saved document go on under one id, and nothing is lost", async () => {
  const doc = from({ n: 0 }, { clientID: "laptop" });
  const clone = restore(doc.getChanges());
  clone.set("m", 2);
  await new Promise((resolve) => setTimeout(resolve, 5));
  doc.set("n", 1);
  const heard = vi.fn();
  clone.on("renewal", heard);
  clone.applyChanges(doc.getChanges());
  expect(clone.getClientID()).toBe("laptop");
  doc.applyChanges(clone.getChanges());
  expect(doc.getData()).toEqual({ n: 1, m: 2 });
  expect(clone.getData()).toEqual({ n: 1, m: 2 });
  clone.renewClientID();
  expect(heard.mock.calls).toEqual([[{ former: "laptop", reason: "head", client: clone.getClientID() }]]);
  const id = doc.renewClientID();
  expect(id).not.toBe("laptop");
  expect(doc.getClientID()).toBe(id);
});

test("an edit beside a deletion vanished without a word: now it is told, and can be brought back", () => {
  const ann = from<any>({ todo: [{ title: "milk" }, { title: "eggs" }] });
  const bob = from<any>(ann.getChanges(), { clientID: "bob" });
  ann.remove("todo[1]");
  bob.set("todo[1].title", "six eggs");
  const [heard, changed] = [vi.fn(), vi.fn()];
  bob.on("overruled", heard);
  bob.on("change", changed);
  bob.applyChanges(ann.getChanges());
  bob.applyChanges(ann.getChanges());
  expect(heard).toHaveBeenCalledTimes(1);
  const { overruled } = heard.mock.calls[0]?.[0];
  expect(overruled).toMatchObject([{ place: ["todo", 1, "title"], value: "six eggs", client: "bob" }]);
  expect(changed.mock.calls[0]?.[0].overruled).toEqual(overruled);
  bob.restoreOverruled(overruled[0]);
  expect(bob.getData()).toEqual({ todo: [{ title: "milk" }, { title: "six eggs" }] });
});

test("forget makes a document smaller, and changes nothing that is seen", () => {
  const doc = from<any>({ list: [] });
  for (let n = 0; n < 50; n++) doc.get("list").push({ n });
  doc.get("list").clear();
  const before = doc.getChangesText().length;
  expect(doc.forget({ olderThan: 0 })).toBeGreaterThan(0);
  expect(doc.getChangesText().length).toBeLessThan(before);
  expect(doc.getData()).toEqual({ list: [] });
});

test("change sets as text", () => {
  const doc = from({ n: 1 });
  const other = from<any>(doc.getChangesText());
  const version = other.getDocVersion();
  other.set("n", 2);
  doc.applyChanges(other.getChangesText(version));
  expect(doc.get("n")).toBe(2);
});
