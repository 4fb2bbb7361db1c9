// Drafts: what `change` hands out.

import { expect, test } from "vitest";
import { from } from "../../src/index.js";

test("reads what it wrote, and looks like plain data", () => {
  const doc = from({ a: { b: [1, { c: 2 }] }, gone: 1 });
  doc.change((d) => {
    d.a.b.push(3);
    d.a.n = { deep: [] };
    d.a.n.deep.push("x");
    delete d.gone;
    expect(d.a.b.length).toBe(3);
    expect(d.a.n.deep[0]).toBe("x");
    expect("gone" in d).toBe(false);
    expect(Object.keys(d)).toEqual(["a"]);
    expect(Array.isArray(d.a.b)).toBe(true);
    expect(d.a.b.map((value: any) => value.c ?? value)).toEqual([1, 2, 3]);
    expect(JSON.stringify(d)).toBe('{"a":{"b":[1,{"c":2},3],"n":{"deep":["x"]}}}');
    expect(d).toEqual({ a: { b: [1, { c: 2 }, 3], n: { deep: ["x"] } } });
    expect(d.a).toBe(d.a);
  });
  expect(doc.getData()).toEqual({ a: { b: [1, { c: 2 }, 3], n: { deep: ["x"] } } });
});

test("a thrown error takes everything back", () => {
  const doc = from({ n: 1, list: [1] });
  const [before, version] = [doc.data, doc.getDocVersion()];
  expect(() =>
    doc.change((d) => {
      d.n = 2;
      d.list.push(2);
      throw new RangeError("mine");
    }),
  ).toThrow(RangeError);
  expect(doc.data).toBe(before);
  expect(doc.getDocVersion()).toBe(version);
});

test("what is refused in the middle of a transaction takes it back too", () => {
  const doc = from({ n: 1 });
  const deep = JSON.parse(`${"[".repeat(200)}${"]".repeat(200)}`);
  expect(() =>
    doc.change((d) => {
      d.n = 2;
      d.deep = deep;
    }),
  ).toThrow(/level|deep|nested/);
  expect(doc.getData()).toEqual({ n: 1 });
});

test("refuses what is not JSON, and says where", () => {
  const doc = from({ list: [{}] });
  const cycle: any = {};
  cycle.self = { cycle };
  const cases: [unknown, RegExp][] = [
    [undefined, /undefined/],
    [{ inner: [1, undefined] }, /\/list\/0\/x\/inner\/1/],
    [() => 1, /a function/],
    [new Date(0), /Date.*toISOString/],
    [Number.NaN, /NaN/],
    [Number.POSITIVE_INFINITY, /Infinity/],
    [new Map(), /Map.*fromEntries/],
    [new Set(), /Set/],
    [10n, /10n/],
    [Symbol("s"), /symbol/],
    [cycle, /itself/],
    [{ toJSON: () => 1 }, /toJSON/],
    [/x/, /RegExp/],
  ];
  for (const [value, message] of cases) {
    expect(() => doc.change((d) => (d.list[0].x = value))).toThrow(message);
  }
  expect(() => doc.change((d) => (d.list[5] = 1))).toThrow(/hole/);
  expect(() => doc.change((d) => delete d.list[0])).toThrow(/splice/);
  expect(() => doc.change((d) => (d.list.name = 1))).toThrow(/array/);
  expect(() => doc.change((d) => (d.list.length = 9))).toThrow(/length/);
  expect(() => doc.change((d) => (d[Symbol("s")] = 1))).toThrow(/key/);
  expect(doc.getData()).toEqual({ list: [{}] });
});

test("is over when the function returns, and is not for asynchronous ones", async () => {
  const doc = from({ list: [] as number[] });
  let kept: any;
  doc.change((d) => {
    kept = d.list;
  });
  expect(() => kept.push(1)).toThrow(/over/);
  expect(() => kept[0]).toThrow(/over/);
  expect(() => doc.change((async (d: any) => d.list.push(1)) as never)).toThrow(/asynchronous/);
  expect(doc.getData()).toEqual({ list: [] });
});

test("what is taken out and put in again is moved, so what others edit in it stays", () => {
  const doc = from({ cards: [{ t: "a" }, { t: "b" }, { t: "c" }] });
  const other = from(doc.getChanges());
  other.set("cards[2].t", "edited");
  doc.change((d) => {
    const [card] = d.cards.splice(2, 1);
    d.cards.unshift(card);
  });
  doc.change((d) => d.cards.sort((a: any, b: any) => (a.t < b.t ? 1 : -1)));
  doc.applyChanges(other.getChanges());
  expect(doc.getData()).toEqual({ cards: [{ t: "edited" }, { t: "b" }, { t: "a" }] });
});

test("assigning a filtered or mapped array keeps the elements that stay", () => {
  const doc = from({ cards: [{ t: "a", done: true }, { t: "b", done: false }, { t: "c", done: false }] });
  const other = from(doc.getChanges());
  other.set("cards[1].t", "edited");
  doc.change((d) => {
    const kept = d.cards[2];
    d.cards = d.cards.filter((card: any) => !card.done);
    // Whoever holds an element still writes to the document.
    kept.t = "written later";
  });
  doc.applyChanges(other.getChanges());
  expect(doc.getData()).toEqual({ cards: [{ t: "edited", done: false }, { t: "written later", done: false }] });
});

test("spreading, copying within the draft, and aliases", () => {
  const doc = from({ a: { x: 1, l: [1] }, b: {} as any });
  doc.change((d) => {
    d.b = { ...d.a, y: 2 };
    d.c = d.a;
    d.a.x = 9;
    d.b.l.push(2);
    d.d = [d.a, d.a];
  });
  expect(doc.getData()).toEqual({
    a: { x: 9, l: [1] },
    b: { x: 1, l: [1, 2], y: 2 },
    c: { x: 1, l: [1] },
    d: [{ x: 9, l: [1] }, { x: 9, l: [1] }],
  });
});

test("what is written is copied: the app's own object stays the app's", () => {
  const doc = from({ list: [] as any[] });
  const mine = { n: 1 };
  doc.change((d) => {
    d.list.push(mine);
    d.list[0].n = 2;
  });
  mine.n = 3;
  expect(doc.getData()).toEqual({ list: [{ n: 2 }] });
});

test("copyWithin and fill", () => {
  const doc = from({ list: [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }] });
  doc.change((d) => {
    d.list.copyWithin(0, 2);
    d.list[0].n = 20;
    d.list.fill({ n: 9 }, -1);
  });
  expect(doc.getData()).toEqual({ list: [{ n: 20 }, { n: 3 }, { n: 2 }, { n: 9 }] });
});

test("a change within a change is the same transaction; if it throws, all is taken back", () => {
  const doc = from({ n: 0 });
  const add = (): void => doc.change((d) => d.n++);
  doc.change((d) => {
    add();
    add();
    d.n *= 10;
  });
  expect(doc.get("n")).toBe(20);
  expect(() =>
    doc.change((d) => {
      d.n = 1;
      try {
        doc.change(() => {
          throw new Error("inner");
        });
      } catch {
        // The outer one goes on, as if nothing had happened.
      }
    }),
  ).toThrow(/within this one threw/);
  expect(doc.get("n")).toBe(20);
});

test("within change, nothing but the draft edits", () => {
  const doc = from({ n: 0 });
  expect(() => doc.change(() => doc.set("n", 1))).toThrow(/write to the draft/);
  expect(() => doc.change(() => doc.applyChanges(doc.getChanges()))).toThrow(/write to the draft/);
  expect(doc.get("n")).toBe(0);
  doc.set("n", 2);
  expect(doc.get("n")).toBe(2);
});
