// webpack 5, for a page, without any configuration for WebAssembly.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import webpack from "webpack";
import { lines } from "./expected.mjs";
import { printedBy } from "./page.mjs";

const output = { path: resolve("out"), filename: "app.js" };
const stats = await new Promise((done, fail) => {
  webpack({ mode: "production", target: "web", entry: "./app.js", output, performance: false }, (error, result) => (error ? fail(error) : done(result)));
});
assert.equal(stats.hasErrors() || stats.hasWarnings(), false, stats.toString());
const page = await printedBy("out", lines.length, '<script src="app.js" defer></script>');
assert.deepEqual(page.lines, lines);
