// Deno, with the packages that npm installed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { output } from "./expected.mjs";

const options = ["run", "--no-lock", "--node-modules-dir=manual", "app.js"];
assert.equal(execFileSync("npx", ["deno", ...options], { encoding: "utf8" }), output);
