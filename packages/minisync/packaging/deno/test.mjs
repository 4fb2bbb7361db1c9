// Deno, with the packages that npm installed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

const options = ["run", "--no-lock", "--node-modules-dir=manual", "app.js"];
assert.equal(execFileSync("npx", ["deno", ...options], { encoding: "utf8" }), '{"list":[1,2]}\n');
