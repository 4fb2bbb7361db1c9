// In the place of sync-module.ts where the module is whole: its instances have the engine's operations already.
import type { Exports } from "./exports.js";

/** The operations of the instance itself. */
export function instantiateEngine(core: Exports): Exports {
  return core;
}
