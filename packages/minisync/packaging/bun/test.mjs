// Bun.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { output } from "./expected.mjs";

assert.equal(execFileSync("npx", ["bun", "app.js"], { encoding: "utf8" }), output);
