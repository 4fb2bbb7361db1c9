// A script tag: one classic script, and then `window.MiniSync`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createContext, runInContext } from "node:vm";

const script = readFileSync(createRequire(import.meta.url).resolve("minisync/umd"), "latin1");
const window = createContext({ WebAssembly, Uint8Array, TextEncoder, TextDecoder, crypto, console });
window.window = window.self = window;
runInContext(script, window);
assert.deepEqual(JSON.parse(runInContext('JSON.stringify(MiniSync.from({ ä: [1] }).getData())', window)), { ä: [1] });
