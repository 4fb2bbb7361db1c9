// Rollup: an ES module and CommonJS.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import resolve from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";

const bundle = await rollup({ input: "app.js", plugins: [resolve({ browser: true })] });
for (const [format, file] of [["es", "out/app.mjs"], ["cjs", "out/app.cjs"]]) {
  await bundle.write({ format, file });
  assert.equal(execFileSync("node", [file], { encoding: "utf8" }), '{"list":[1,2]}\n');
}
