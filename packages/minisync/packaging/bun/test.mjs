// Bun.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

assert.equal(execFileSync("npx", ["bun", "app.js"], { encoding: "utf8" }), '{"list":[1,2]}\n');
