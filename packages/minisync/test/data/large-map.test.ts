// Copies of large objects: the same members in the same order, whatever was done before.

import fc from "fast-check";
import { expect, test } from "vitest";
import { copyMap, removeMember, setMember } from "../../src/data/large-map.js";

test("a copy is equal, also after members came and went", () => {
  const edit = fc.tuple(fc.constantFrom("set", "add", "remove", "index", "proto"), fc.nat(400));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.array(fc.array(edit, { maxLength: 5 }), { maxLength: 6 }), (size, rounds) => {
      let map: Record<string, unknown> = Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, index]));
      const model = new Map(Object.entries(map));
      for (const [round, edits] of rounds.entries()) {
        const before = JSON.stringify(map);
        const copy = copyMap(map);
        for (const [what, at] of edits) {
          const key = what === "proto" ? "__proto__" : what === "index" ? String(at) : what === "add" ? `new${at}` : `k${at % (size + 1)}`;
          if (what === "remove") {
            removeMember(copy, key);
            model.delete(key);
          } else {
            setMember(copy, key, round);
            model.set(key, round);
          }
        }
        expect(JSON.stringify(map)).toBe(before);
        map = copy;
        expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
        // An object of the same members, added in the same order, has them in the order that JavaScript gives them.
        expect(JSON.stringify(map)).toBe(JSON.stringify(Object.fromEntries(model)));
      }
    }),
    { numRuns: 300 },
  );
});
