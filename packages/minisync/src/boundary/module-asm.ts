// In the place of module.ts where there is no WebAssembly: the same as JavaScript, made by wasm2js.
import { asmFunc } from "./asm.js";
import type { Exports } from "./exports.js";

/** A fresh instance, which nothing was called of yet. */
export function instantiate(): Exports {
  return asmFunc({}) as unknown as Exports;
}
