// Rollup: an ES module and CommonJS.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import resolve from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { output } from "./expected.mjs";

const bundle = await rollup({ input: "app.js", plugins: [resolve({ browser: true })] });
for (const [format, ending] of [["es", "mjs"], ["cjs", "cjs"]]) {
  await bundle.write({ format, dir: "out", entryFileNames: `[name].${ending}`, chunkFileNames: `[name]-[hash].${ending}` });
  assert.equal(execFileSync("node", [`out/app.${ending}`], { encoding: "utf8" }), output);
}
