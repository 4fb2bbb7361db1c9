// The WebAssembly module: compiled once, when the first document is made. Other targets have another file in its place.
import { bytes } from "./bytes.js";
import type { Exports } from "./exports.js";

let module: WebAssembly.Module | undefined;

/** A fresh instance, which nothing was called of yet. */
export function instantiate(): Exports {
  module ??= new WebAssembly.Module(decode(bytes));
  return new WebAssembly.Instance(module).exports as unknown as Exports;
}

/** One character a byte. A loop is twenty times as fast here as `Uint8Array.from`. */
function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
