// In the place of module.ts for Vercel's edge functions, which compile modules only when they are deployed.
import module from "minisync/minisync.wasm?module";
import type { Exports } from "./exports.js";

/** A fresh instance, which nothing was called of yet. */
export function instantiate(): Exports {
  return new WebAssembly.Instance(module).exports as unknown as Exports;
}
