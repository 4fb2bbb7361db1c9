// What publint and attw say of the tarball.
import { execFileSync } from "node:child_process";

const tarball = process.argv[2];
execFileSync("npx", ["publint", "run", tarball, "--strict"], { stdio: "inherit" });
// The module itself and the script for script tags have no types, and need none. Node 10's way to resolve knows no `exports`.
const entries = ["minisync.wasm", "umd", "package.json"];
execFileSync("npx", ["attw", tarball, "--profile", "node16", "--exclude-entrypoints", ...entries], { stdio: "inherit" });
