// The WebAssembly module without the sync engine: compiled once, when the first document is made. Other targets have
// another file in its place.
import { bytes } from "./core-bytes.js";
import type { Exports } from "./exports.js";
import { decode } from "./printable.js";

let module: WebAssembly.Module | undefined;

/** A fresh instance, which nothing was called of yet. */
export function instantiate(): Exports {
  module ??= new WebAssembly.Module(decode(bytes));
  return new WebAssembly.Instance(module).exports as unknown as Exports;
}
