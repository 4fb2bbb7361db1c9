// After tsdown: what is written around the bundles.
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const wasm = fileURLToPath(new URL("../src/boundary/minisync.wasm", import.meta.url));
const require = createRequire(import.meta.url);

// Node gets one instance of the package, however it is loaded: its ES modules hand on what its CommonJS modules export.
for (const [file, wanted] of [["index", ["from", "open"]], ["sync", []], ["storage/folder", ["folder"]]]) {
  const names = Object.keys(require(`${dist}${file}.cjs`));
  if (wanted.some((name) => !names.includes(name))) throw new Error(`dist/${file}.cjs exports ${names}`);
  const path = `./${file.split("/").at(-1)}.cjs`;
  writeFileSync(
    `${dist}${file === "index" ? "node" : file}.mjs`,
    "// The CommonJS build as an ES module, so that there is one instance in Node.\n" +
      (names.length === 0 ? `import "${path}";\n` : `import minisync from "${path}";\nexport const { ${names.join(", ")} } = minisync;\n`),
  );
}

// Where the module is whole, there is nothing to load with the page.
const nothing = "// Here the sync engine is there already.\n";
writeFileSync(`${dist}sync-whole.js`, `${nothing}export {};\n`);
writeFileSync(`${dist}sync-whole.cjs`, nothing);

const provide = "/** Hands in the module `minisync/minisync.wasm`, as its bytes or compiled. */\n" +
  "export declare function provide(source: WebAssembly.Module | BufferSource): void;\n";
for (const [types, from] of [["slim.d.ts", "./index.js"], ["slim.d.cts", "./index.cjs"]]) {
  writeFileSync(dist + types, `export * from "${from}";\n${provide}`);
}
copyFileSync(wasm, `${dist}minisync.wasm`);
for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  copyFileSync(new URL(`../../../${license}`, import.meta.url), new URL(`../${license}`, import.meta.url));
}

// The module is in the scripts already; source maps need not carry it once more.
for (const file of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".map"))) {
  const map = JSON.parse(readFileSync(dist + file, "utf8"));
  map.sourcesContent = map.sources.map((source, at) => (source.endsWith("-bytes.ts") ? null : map.sourcesContent[at]));
  writeFileSync(dist + file, JSON.stringify(map));
}

// What package.json promises has to be there.
const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const files = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry).flatMap(files));
const missing = files(exports).filter((file) => !existsSync(fileURLToPath(new URL(`../${file}`, import.meta.url))));
if (missing.length > 0) throw new Error(`package.json promises what was not built: ${missing.join(", ")}`);
