// The sync engine: a WebAssembly module of its own, which works on the memory of a document's instance. Where the module
// is whole, another file is in its place.
import { bytes } from "./engine-bytes.js";
import type { Exports } from "./exports.js";
import { decode } from "./printable.js";

let module: WebAssembly.Module | undefined;

/** The engine's operations, on an instance of the module without them. */
export function instantiateEngine(core: Exports): Exports {
  module ??= new WebAssembly.Module(decode(bytes));
  return new WebAssembly.Instance(module, { core: core as unknown as WebAssembly.ModuleImports }).exports as unknown as Exports;
}
