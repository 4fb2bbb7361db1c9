// Vite: a production build for the browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { build } from "vite";

await build({
  logLevel: "error",
  build: { outDir: "out", lib: { entry: "app.js", formats: ["es"], fileName: () => "app.mjs" } },
});
assert.equal(execFileSync("node", ["out/app.mjs"], { encoding: "utf8" }), '{"list":[1,2]}\n');
