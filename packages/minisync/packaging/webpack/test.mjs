// webpack 5, for a page, without any configuration for WebAssembly.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import webpack from "webpack";

const output = { path: resolve("out"), filename: "app.cjs" };
const stats = await new Promise((done, fail) => {
  webpack({ mode: "production", target: "web", entry: "./app.js", output, performance: false }, (error, result) => (error ? fail(error) : done(result)));
});
assert.equal(stats.hasErrors() || stats.hasWarnings(), false, stats.toString());
assert.equal(execFileSync("node", ["out/app.cjs"], { encoding: "utf8" }), '{"list":[1,2]}\n');
