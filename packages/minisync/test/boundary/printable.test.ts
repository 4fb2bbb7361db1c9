// The halves of the module, as the scripts carry them, are the bytes that were built.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bytes as core } from "../../src/boundary/core-bytes.js";
import { bytes as engine } from "../../src/boundary/engine-bytes.js";
import { decode } from "../../src/boundary/printable.js";

test.each([["core", core], ["engine", engine]])("%s", (name, text) => {
  const built = readFileSync(new URL(`../../src/boundary/${name}.wasm`, import.meta.url));
  expect(Buffer.compare(decode(text), built)).toBe(0);
  // Every byte is among them, and nothing that any tool would write in another way.
  expect(new Set(built).size).toBe(256);
  expect(/[^ -~]|[\\"'`<]/.test(text)).toBe(false);
});
