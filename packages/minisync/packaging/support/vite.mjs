// What is tried of each Vite, which is the one that is installed beside this.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { build } from "vite";
import { lines, output } from "./expected.mjs";
import { printedBy } from "./page.mjs";

await build({
  logLevel: "error",
  build: { outDir: "library", lib: { entry: "app.js", formats: ["es"], fileName: () => "app.mjs" } },
});
assert.equal(execFileSync("node", ["library/app.mjs"], { encoding: "utf8" }), output);

await build({ logLevel: "error", build: { outDir: "page" } });
const page = await printedBy("page", lines.length);
assert.deepEqual(page.lines, lines);
assert.ok(page.requests.filter((path) => path.endsWith(".js")).length > 1, page.requests.join());
