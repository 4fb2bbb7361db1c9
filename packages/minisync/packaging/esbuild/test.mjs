// esbuild: a page's bundle and a classic script, both of which start without waiting for anything; and a bundle in parts, of
// which one is loaded when the app syncs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import { lines, output } from "./expected.mjs";
import { printedBy } from "./page.mjs";

for (const format of ["esm", "iife"]) {
  const outfile = `out/${format}.${format === "esm" ? "mjs" : "cjs"}`;
  await build({ entryPoints: ["app.js"], bundle: true, minify: true, format, platform: "browser", outfile });
  assert.equal(execFileSync("node", [outfile], { encoding: "utf8" }), output);
}
await build({ entryPoints: ["app.js"], bundle: true, minify: true, format: "esm", splitting: true, outdir: "parts" });
const page = await printedBy("parts", lines.length, '<script type="module" src="app.js"></script>');
assert.deepEqual(page.lines, lines);
assert.ok(page.requests.length > 2, page.requests.join());
