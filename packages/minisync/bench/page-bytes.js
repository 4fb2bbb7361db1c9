// What a page loads of a library: JavaScript and WebAssembly, minified, without what it does not use, compressed by gzip.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** In bytes; what is loaded later, if ever, does not count. `file` is how the library is used. */
export async function pageBytes(file) {
  const modules = new Map();
  const add = (path) => modules.set(path, gzip(readFileSync(path)));
  const wasm = {
    name: "wasm",
    // The file itself, which bundlers put beside the script.
    load(id) {
      if (!id.endsWith(".wasm")) return undefined;
      add(id);
      return { code: "export default 0", moduleSideEffects: true };
    },
    transform(code, id) {
      for (const [, path] of code.matchAll(/new URL\(["']([^"']+\.wasm)["'],\s*import\.meta\.url\)/g)) add(join(dirname(id), path));
    },
  };
  const build = await rolldown({ input: file, platform: "browser", plugins: [wasm], logLevel: "silent", shimMissingExports: true });
  const { output } = await build.generate({ format: "esm", minify: true });
  const entry = output.find((chunk) => chunk.isEntry);
  const first = [entry, ...output.filter((chunk) => entry.imports.includes(chunk.fileName))];
  const script = first.reduce((total, { code }) => total + gzip(code), 0);
  return script + [...modules.values()].reduce((total, bytes) => total + bytes, 0);
}
