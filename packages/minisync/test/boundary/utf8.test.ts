// Where there is no TextDecoder, our own code does what it would. (Hermes; it runs there in the packaging tests.)

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeByHand, encodeAllByHand, encodeByHand } from "../../src/boundary/utf8.js";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

test("encodes and decodes like the platform, whatever fits", () => {
  fc.assert(
    fc.property(anyText, fc.nat(40), (text, room) => {
      const expected = new Uint8Array(room);
      const bytes = new Uint8Array(room);
      expect(encodeByHand(text, bytes)).toEqual(new TextEncoder().encodeInto(text, expected));
      expect(bytes).toEqual(expected);
      const whole = new TextEncoder().encode(text);
      expect(encodeAllByHand(text)).toEqual(whole);
      expect(decodeByHand(whole)).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole));
    }),
    { numRuns: 1000 },
  );
});

test("long texts do not run out of arguments", () => {
  const text = "aé😀".repeat(100_000);
  const bytes = new TextEncoder().encode(text);
  expect(decodeByHand(bytes) === text).toBe(true);
});
