// In the place of module.ts for Cloudflare's workerd, which compiles modules only when it is deployed.
import module from "minisync/minisync.wasm";
import type { Exports } from "./exports.js";

/** A fresh instance, which nothing was called of yet. */
export function instantiate(): Exports {
  return new WebAssembly.Instance(module).exports as unknown as Exports;
}
