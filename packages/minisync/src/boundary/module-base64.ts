// In the place of module.ts for the script tag: base64 survives any character set that a page may be served in.
import { base64 } from "./base64.js";
import type { Exports } from "./exports.js";

let module: WebAssembly.Module | undefined;

/** A fresh instance, which nothing was called of yet. */
export function instantiate(): Exports {
  module ??= new WebAssembly.Module(decode(atob(base64)));
  return new WebAssembly.Instance(module).exports as unknown as Exports;
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
