// The laws of `data`: it equals `getData()`, what was not touched is the same object, and who follows the patches has the
// same. For any edits of two clients and any merges.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Document, from, type Patch } from "../../src/index.js";
import { editByHandle, editDraft, root, type Step, step } from "../support/generate.js";
import { Mirror } from "../support/mirror.js";

/** What a run does: edits of either client, by handle or draft, merges, undo, and looks at the data now and then. */
const action = fc.record({
  who: fc.nat(1),
  kind: fc.constantFrom("edit", "edit", "edit", "draft", "draft", "merge", "merge", "undo", "redo"),
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  looks: fc.boolean(),
});

/** All containers in the data, by path. */
function containers(data: unknown, path = "", found = new Map<string, object>()): Map<string, object> {
  if (typeof data !== "object" || data === null) return found;
  found.set(path, data);
  for (const key of Object.keys(data)) {
    containers((data as any)[key], `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, found);
  }
  return found;
}

/** Whether a patch may change what is at a path, or shift it elsewhere. */
function touches(patch: Patch, path: string): boolean {
  if (within(path, patch.path) || within(patch.path, path)) return true;
  const list = patch.path.slice(0, patch.path.lastIndexOf("/"));
  return patch.op !== "replace" && within(path, list);
}

function within(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
}

function check(doc: Document, before: unknown, patches: readonly Patch[]): void {
  expect(doc.data).toEqual(doc.getData());
  // Not the order of keys: where two wrote the same value under one key, a merge may move the key without a patch.
  if (patches.length === 0) expect(doc.data).toBe(before);
  else expect(doc.data).not.toBe(before);
  const old = containers(before);
  for (const [path, container] of containers(doc.data)) {
    if (!patches.some((patch) => touches(patch, path))) expect(container === old.get(path), `${path} is the same`).toBe(true);
  }
}

function perform(doc: Document, other: Document, kind: string, steps: Step[]): void {
  switch (kind) {
    case "edit":
      return editByHandle(doc, steps[0] as Step);
    case "draft":
      return doc.change((draft) => editDraft(draft, steps));
    case "merge":
      doc.applyChanges(other.getChangesForClient(doc.getClientID()));
      return;
    case "undo":
      doc.undo();
      return;
    default:
      doc.redo();
  }
}

test("data equals getData(), keeps what was not touched, and mirrors that follow the patches are equal", () => {
  fc.assert(
    fc.property(root, fc.array(action, { maxLength: 25 }), (data, actions) => {
      const one = from(data, { undo: { within: 0 } });
      const two = from(one.getChanges(), { undo: { within: 0 } });
      const sides = [one, two].map((doc) => {
        const side = { doc, mirror: new Mirror(doc.data), before: doc.data as unknown, patches: [] as Patch[] };
        doc.on("change", ({ patches }) => {
          side.mirror.apply(patches);
          side.patches.push(...patches);
        });
        return side;
      });
      for (const { who, kind, steps, looks } of actions) {
        const side = sides[who] as (typeof sides)[0];
        perform(side.doc, (sides[1 - who] as typeof side).doc, kind, steps);
        if (!looks) continue;
        check(side.doc, side.before, side.patches);
        expect(side.mirror.data).toEqual(side.doc.getData());
        side.before = side.doc.data;
        side.patches = [];
      }
      for (const [at, side] of sides.entries()) side.doc.applyChanges((sides[1 - at] as typeof side).doc.getChanges());
      expect(one.data).toEqual(two.data);
      expect(Object.isFrozen(one.data)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
