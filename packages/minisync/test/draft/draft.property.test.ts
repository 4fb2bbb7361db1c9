// The law of drafts: what is done to a draft has the same outcome as when it is done to a plain copy, on the draft itself
// and in the document; and if the function throws, nothing has happened.

import fc from "fast-check";
import { expect, test } from "vitest";
import { from } from "../../src/index.js";
import { editDraft, root, step } from "../support/generate.js";

test("a draft does what plain data does", () => {
  fc.assert(
    fc.property(root, fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 4 }), (data, changes) => {
      const doc = from(data);
      const copy = structuredClone(data);
      for (const steps of changes) {
        const version = doc.getDocVersion();
        const before = doc.data;
        expect(() =>
          doc.change((draft) => {
            editDraft(draft, steps);
            throw new Error("taken back");
          }),
        ).toThrow("taken back");
        expect(doc.data).toBe(before);
        expect(doc.getDocVersion()).toBe(version);
        editDraft(copy, steps);
        doc.change((draft) => {
          editDraft(draft, steps);
          expect(JSON.parse(JSON.stringify(draft))).toEqual(copy);
        });
        expect(doc.getData()).toEqual(copy);
        expect(doc.data).toEqual(copy);
      }
      expect(from(doc.getChanges()).getData()).toEqual(copy);
    }),
    { numRuns: 300 },
  );
});
