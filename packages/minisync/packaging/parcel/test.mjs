// Parcel 2, with its minifier.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { lines } from "./expected.mjs";
import { printedBy } from "./page.mjs";

execFileSync("npx", ["parcel", "build", "index.html", "--dist-dir", "out", "--no-cache"], { encoding: "utf8" });
const page = await printedBy("out", lines.length);
assert.deepEqual(page.lines, lines);
