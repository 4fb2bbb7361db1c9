// The sources as one script, as a bundler makes it: for pages, and for processes that tests start.

import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = new URL("../../", import.meta.url);

/** A script for a page, in which the package is `window.minisync`. */
export function bundleForPages(): Promise<string> {
  return bundle("src/index.ts", "iife", "browser");
}

/** A module for Node: what is exported by `entry`, a file of the package. */
export function bundleForNode(entry: string): Promise<string> {
  return bundle(entry, "esm", "node");
}

async function bundle(entry: string, format: "iife" | "esm", platform: "browser" | "node"): Promise<string> {
  const input = fileURLToPath(new URL(entry, root));
  const build = await rolldown({ input, platform, transform: { define: { "process.env.NODE_ENV": '"production"' } } });
  const { output } = await build.generate({ format, name: "minisync", exports: "named", codeSplitting: false });
  await build.close();
  return output[0].code;
}
