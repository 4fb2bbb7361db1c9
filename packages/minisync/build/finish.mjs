// After tsdown: what is written around the bundles. Node gets one instance of the package, however it is loaded: its
// ES module hands on what its CommonJS module exports.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const wasm = fileURLToPath(new URL("../src/boundary/minisync.wasm", import.meta.url));

const names = Object.keys(createRequire(import.meta.url)(`${dist}index.cjs`));
if (!names.includes("from") || !names.includes("open")) throw new Error(`dist/index.cjs exports ${names}`);
writeFileSync(
  `${dist}node.mjs`,
  `// The CommonJS build as an ES module, so that there is one instance in Node.\nimport minisync from "./index.cjs";\n` +
    `export const { ${names.join(", ")} } = minisync;\n`,
);

const provide = "/** Hands in the module `minisync/minisync.wasm`, as its bytes or compiled. */\n" +
  "export declare function provide(source: WebAssembly.Module | BufferSource): void;\n";
for (const [types, from] of [["slim.d.ts", "./index.js"], ["slim.d.cts", "./index.cjs"]]) {
  writeFileSync(dist + types, `export * from "${from}";\n${provide}`);
}
copyFileSync(wasm, `${dist}minisync.wasm`);
for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  copyFileSync(new URL(`../../../${license}`, import.meta.url), new URL(`../${license}`, import.meta.url));
}

// What package.json promises has to be there.
const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const files = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry).flatMap(files));
const missing = files(exports).filter((file) => !existsSync(fileURLToPath(new URL(`../${file}`, import.meta.url))));
if (missing.length > 0) throw new Error(`package.json promises what was not built: ${missing.join(", ")}`);
