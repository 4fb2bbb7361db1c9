// esbuild: a page's bundle and a classic script, both of which start without waiting for anything.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { build } from "esbuild";

for (const format of ["esm", "iife"]) {
  const outfile = `out/${format}.${format === "esm" ? "mjs" : "cjs"}`;
  await build({ entryPoints: ["app.js"], bundle: true, minify: true, format, platform: "browser", outfile });
  assert.equal(execFileSync("node", [outfile], { encoding: "utf8" }), '{"list":[1,2]}\n');
}
