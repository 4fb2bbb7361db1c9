// Hermes, the engine of React Native, which has no WebAssembly: the bundle under the condition `react-native`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { transform } from "@swc/core";
import { build } from "esbuild";
import { output } from "./expected.mjs";

// Hermes alone has neither randomness nor a console nor timers; React Native has all three.
const around =
  "globalThis.crypto = { getRandomValues: function (words) { for (var i = 0; i < words.length; i++) words[i] = i + 1; } };" +
  "globalThis.console = { log: print };" +
  "globalThis.queueMicrotask = function (task) { Promise.resolve().then(task); };" +
  "globalThis.setTimeout = function (task) { queueMicrotask(task); }; globalThis.clearTimeout = function () {};";
const { outputFiles } = await build({
  entryPoints: ["app.js"], bundle: true, write: false, format: "iife", conditions: ["react-native"], target: "es2022",
});
// As React Native's own preset does with all packages: Hermes knows no classes.
const { code } = await transform(outputFiles[0].text, { isModule: false, jsc: { target: "es5" } });
writeFileSync("app.hermes.js", around + code);
const bin = "node_modules/hermes-engine-cli";
const system = { linux: "linux64-bin", darwin: "osx-bin", win32: "win64-bin" }[process.platform];
assert.ok(readdirSync(bin).includes(system), readdirSync(bin).join());
assert.equal(execFileSync(`${bin}/${system}/hermes`, ["app.hermes.js"], { encoding: "utf8" }), output);
