// Random JSON, and random edits of a document through handles and through drafts, from one seed.

import fc from "fast-check";
import type { Document } from "../../src/index.js";

/** Keys that make trouble for whoever is careless. */
export const keys = fc.constantFrom("a", "b", "c", "list", "", "0", "12", "a/b", "~", "a.b", "length", "constructor", "__proto__", "toJSON", "é");

/** A JSON value, up to a few levels deep. */
export const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(0, 1, -1.5, "x", "", "😀", true, false, null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(keys, tie("value")), { maxLength: 4 }).map(objectOf),
  ),
})).value;

/** A document's root. */
export const root = fc.array(fc.tuple(keys, json), { maxLength: 5 }).map(objectOf);

function objectOf(entries: [string, unknown][]): object {
  // `fromEntries` makes members of all keys, also of `__proto__`.
  return Object.fromEntries(entries);
}

/** Where to go, and what to do there. Numbers are taken modulo what there is. */
export interface Step {
  way: number[];
  what: number;
  at: number;
  to: number;
  key: string;
  value: unknown;
}

export const step: fc.Arbitrary<Step> = fc.record({
  way: fc.array(fc.nat(9), { maxLength: 3 }),
  what: fc.nat(99),
  at: fc.nat(9),
  to: fc.nat(9),
  key: keys,
  value: json,
});

type Path = (string | number)[];

/** A container somewhere in the data, and its path. */
function pick(data: unknown, way: number[]): { path: Path; container: any } {
  const path: Path = [];
  let container: any = data;
  for (const turn of way) {
    // In an order of its own: a draft may keep keys that plain data would put last.
    const inner = Object.keys(container).sort().filter((key) => typeof container[key] === "object" && container[key] !== null);
    if (inner.length === 0) break;
    const key = inner[turn % inner.length] as string;
    path.push(Array.isArray(container) ? Number(key) : key);
    container = container[key];
  }
  return { path, container };
}

/** One edit through handles. */
export function editByHandle(doc: Document, { way, what, at, to, key, value }: Step): void {
  const { path, container } = pick(doc.getData(), way);
  const handle = path.length === 0 ? doc : doc.get(path);
  if (!Array.isArray(container)) {
    const known = Object.keys(container);
    const some = known.length > 0 && what % 2 ? (known[at % known.length] as string) : key;
    if (what % 5 === 0) handle.remove([some]);
    else if (what % 5 === 1) handle.update([some], value);
    else handle.set([some], value);
    return;
  }
  const { length } = container;
  const edits = [
    () => handle.push(value),
    () => handle.splice(at % (length + 1), 0, value, value),
    () => length > 0 && handle.set([at % length], value),
    () => length > 0 && handle.removeAt(at % length),
    () => length > 0 && handle.move(at % length, to % length),
    () => handle.reverse(),
    () => handle.sort(),
    () => handle.unshift(value),
    () => handle.update([], [...container.slice(at % (length + 1)), value]),
    () => handle.splice(at % (length + 1), to % 3, value),
  ];
  edits[what % edits.length]?.();
}

/** Several edits of a draft, in one transaction. The same are done to `plain`, which is a plain copy. */
export function editDraft(draft: any, steps: Step[]): void {
  for (const { way, what, at, to, key, value } of steps) {
    const { container } = pick(draft, way);
    const own = (): any => structuredClone(value);
    if (!Array.isArray(container)) {
      const known = Object.keys(container).sort();
      const some = known.length > 0 && what % 2 ? (known[at % known.length] as string) : key;
      if (some === "__proto__") continue; // Plain objects would lose their prototype.
      if (what % 5 === 0) delete container[some];
      else container[some] = own();
      continue;
    }
    const { length } = container;
    const edits = [
      () => container.push(own()),
      () => container.splice(at % (length + 1), to % 3, own(), own()),
      () => length > 0 && (container[at % length] = own()),
      () => container.pop(),
      () => container.unshift(container.splice(at % (length + 1), 1)[0] ?? null),
      () => container.reverse(),
      () => container.sort(),
      () => container.shift(),
      () => container.fill(1, at % (length + 1)),
      () => (container.length = at % (length + 1)),
    ];
    edits[what % edits.length]?.();
  }
}
