// How `src/` becomes `dist/`: ESM and CommonJS with types for both, and the same around other ways to carry the
// WebAssembly module.
import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "tsdown";

/** Puts other files in the place of those in `src/boundary` that carry the module. */
function backend(files: Readonly<Record<string, string>>) {
  const paths = new Map(Object.entries(files).map(([from, to]) => [from, fileURLToPath(new URL(`src/boundary/${to}`, import.meta.url))]));
  return {
    name: "backend",
    resolveId: (id: string) => paths.get(/(?:^|\/)([a-z-]+)\.js$/.exec(id)?.[1] ?? ""),
  };
}

/** Where the module is whole: in one file, without a part that is loaded later. */
function whole(module: string): UserConfig {
  return {
    ...common,
    dts: false,
    plugins: [backend({ module, "sync-module": "sync-module-none.ts" })],
    outputOptions: { codeSplitting: false },
  };
}

const common: UserConfig = {
  target: "es2022",
  platform: "neutral",
  clean: false,
  minify: true,
  sourcemap: true,
  // What is only for Node, and what bundlers of edge functions compile.
  deps: { neverBundle: [/^node:/, /^minisync\//] },
};

export default defineConfig([
  {
    ...common,
    entry: {
      index: "src/index.ts",
      sync: "src/sync.ts",
      "storage/folder": "src/storage/folder.ts",
      react: "src/react/index.ts",
      vue: "src/vue/index.ts",
      svelte: "src/svelte/index.ts",
      solid: "src/solid/index.ts",
    },
    format: ["esm", "cjs"],
    dts: true,
  },
  // A source map of this would be five times as large as it is.
  { ...whole("module-asm.ts"), entry: { asm: "src/index.ts" }, format: ["esm", "cjs"], sourcemap: false },
  { ...whole("module-slim.ts"), entry: { slim: "src/slim.ts" }, format: ["esm", "cjs"] },
  { ...whole("module-workerd.ts"), entry: { workerd: "src/index.ts" }, format: "esm" },
  { ...whole("module-edge.ts"), entry: { edge: "src/index.ts" }, format: "esm" },
  {
    ...common,
    entry: { minisync: "src/index.ts" },
    format: "umd",
    globalName: "MiniSync",
    dts: false,
    outputOptions: { codeSplitting: false },
  },
]);
