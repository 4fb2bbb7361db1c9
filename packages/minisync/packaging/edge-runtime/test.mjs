// Vercel's edge runtime: a bundle under the condition `edge-light`, with the module compiled beforehand.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";
import { lines } from "./expected.mjs";

const compiled = { name: "compiled", setup(builder) {
  builder.onResolve({ filter: /\.wasm\?module$/ }, () => ({ path: "module", namespace: "compiled" }));
  builder.onLoad({ filter: /.*/, namespace: "compiled" }, () => ({ contents: "export default globalThis.compiled" }));
} };
const { outputFiles } = await build({
  entryPoints: ["app.js"], bundle: true, write: false, format: "iife", conditions: ["edge-light"], plugins: [compiled],
});
const vm = new EdgeVM();
const printed = [];
vm.context.compiled = new WebAssembly.Module(readFileSync(new URL(import.meta.resolve("minisync/minisync.wasm"))));
const done = new Promise((resolve) => {
  vm.context.console = { log: (line) => printed.push(line) === lines.length && resolve() };
});
vm.evaluate(outputFiles[0].text);
await done;
assert.deepEqual(printed, lines);
