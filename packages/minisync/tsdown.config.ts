// How `src/` becomes `dist/`: ESM and CommonJS, with types for both.
import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "storage/folder": "src/storage/folder.ts",
    react: "src/react/index.ts",
    vue: "src/vue/index.ts",
    svelte: "src/svelte/index.ts",
    solid: "src/solid/index.ts",
  },
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  dts: true,
  // Only what is for Node imports these.
  deps: { neverBundle: [/^node:/] },
});
