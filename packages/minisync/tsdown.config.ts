// How `src/` becomes `dist/`: ESM and CommonJS with types for both, and the same around other ways to carry the
// WebAssembly module.
import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "tsdown";

/** Puts another file in the place of `src/boundary/module.ts`. */
function backend(file: string) {
  const path = fileURLToPath(new URL(`src/boundary/${file}`, import.meta.url));
  return {
    name: "backend",
    resolveId: (id: string) => (/(^|\/)module\.js$/.test(id) ? path : undefined),
  };
}

const common: UserConfig = {
  target: "es2022",
  platform: "neutral",
  clean: false,
  // What is only for Node, and what bundlers of edge functions compile.
  deps: { neverBundle: [/^node:/, /^minisync\//] },
};

export default defineConfig([
  {
    ...common,
    entry: {
      index: "src/index.ts",
      "storage/folder": "src/storage/folder.ts",
      react: "src/react/index.ts",
      vue: "src/vue/index.ts",
      svelte: "src/svelte/index.ts",
      solid: "src/solid/index.ts",
    },
    format: ["esm", "cjs"],
    dts: true,
  },
  { ...common, entry: { asm: "src/index.ts" }, format: ["esm", "cjs"], dts: false, plugins: [backend("module-asm.ts")] },
  { ...common, entry: { slim: "src/slim.ts" }, format: ["esm", "cjs"], dts: false, plugins: [backend("module-slim.ts")] },
  { ...common, entry: { workerd: "src/index.ts" }, format: "esm", dts: false, plugins: [backend("module-workerd.ts")] },
  { ...common, entry: { edge: "src/index.ts" }, format: "esm", dts: false, plugins: [backend("module-edge.ts")] },
  {
    ...common,
    entry: { minisync: "src/index.ts" },
    format: "umd",
    globalName: "MiniSync",
    minify: true,
    dts: false,
    plugins: [backend("module-base64.ts")],
  },
]);
