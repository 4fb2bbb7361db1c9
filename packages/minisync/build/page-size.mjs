// What pages load of this package, JavaScript and WebAssembly together: `npm run size` prints the table, and fails above a
// limit. Each row is bundled from `dist/` as a page would be, with what it does not use left out.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

// Limits in KB of 1024 bytes, by gzip and by brotli. The goals are 150 / 128 without sync and 175 / 150 with it. Where a limit
// is above its goal, it is what was measured: to be lowered, never raised.
const rows = [
  { what: "core", code: `export { from } from "${dist}index.js"`, limit: [216, 184] },
  { what: "core, open and indexedDB", code: `export { open, indexedDB } from "${dist}index.js"`, limit: [222, 190] },
  { what: "… and what is loaded to sync", code: `export { open, indexedDB } from "${dist}index.js"`, isWhole: true, limit: [275, 235] },
  { what: "everything", code: `export * from "${dist}index.js"; import "${dist}sync.js"`, isWhole: true, limit: [279, 238] },
  { what: "core and React's hook", code: `export { from } from "${dist}index.js"; export { useDocument } from "${dist}react.js"`, limit: [216, 184] },
  { what: "script tag", file: "minisync.umd.js", limit: [279, 238] },
];

/** What a page loads at once, and what it loads later. */
async function bundle(code) {
  const build = await rolldown({
    input: "entry",
    external: [/^node:/, "react"],
    platform: "browser",
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
    plugins: [{ name: "entry", resolveId: (id) => (id === "entry" ? id : undefined), load: (id) => (id === "entry" ? code : undefined) }],
  });
  const { output } = await build.generate({ format: "esm", minify: true });
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const first = new Set();
  const add = (name) => {
    if (first.has(name) || !chunks.has(name)) return;
    first.add(name);
    chunks.get(name).imports.forEach(add);
  };
  output.filter((chunk) => chunk.isEntry).forEach((chunk) => add(chunk.fileName));
  return { first: [...first].map((name) => chunks.get(name).code), all: output.map((chunk) => chunk.code) };
}

const sum = (texts, size) => texts.reduce((total, text) => total + size(Buffer.from(text)), 0);
const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;
const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
const kb = (bytes) => (bytes / 1024).toFixed(1).padStart(7);

let tooLarge = 0;
console.log(`${"KB, minified".padEnd(32)}    raw    gzip  limit  brotli  limit`);
for (const { what, code, file, isWhole, limit } of rows) {
  const texts = file === undefined ? await bundle(code).then(({ first, all }) => (isWhole ? all : first)) : [readFileSync(dist + file)];
  const sizes = [gzip, brotli].map((size) => sum(texts, size));
  const isTooLarge = sizes.some((size, at) => size > limit[at] * 1024);
  if (isTooLarge) tooLarge++;
  const [gz, br] = sizes.map(kb);
  console.log(`${what.padEnd(32)}${kb(sum(texts, (bytes) => bytes.length))} ${gz} ${String(limit[0]).padStart(6)} ${br} ${String(limit[1]).padStart(6)}${isTooLarge ? "  TOO LARGE" : ""}`);
}
process.exitCode = tooLarge > 0 ? 1 : 0;
