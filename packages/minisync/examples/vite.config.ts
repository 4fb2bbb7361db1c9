// How the examples are built: `EXAMPLE=react npx vite --config examples/vite.config.ts` shows one while you edit it. They take
// the package from its sources; in an app of your own, only the plugin of your framework is needed.

import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type PluginOption } from "vite";
import solid from "vite-plugin-solid";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const plugins: Record<string, () => PluginOption> = { react: () => [], vue, svelte, solid };

export default defineConfig(() => {
  const example = process.env["EXAMPLE"] ?? "react";
  return {
    root: source(example),
    plugins: [plugins[example]?.()],
    build: { target: "es2022" },
    resolve: {
      alias: [
        { find: /^minisync$/, replacement: source("../src/index.ts") },
        { find: /^minisync\/(react|vue|svelte|solid)$/, replacement: source("../src/$1/index.ts") },
      ],
    },
  };
});
