// In the place of module.ts for `minisync/slim`: the app brings the module.
import { MiniSyncError } from "../error.js";
import type { Exports } from "./exports.js";

/** The contract of docs/boundary.md that this package calls by. */
const CONTRACT = 1;

let module: WebAssembly.Module | undefined;

/**
 * Hands in the module `minisync/minisync.wasm`, as its bytes or compiled, before the first document is made.
 *
 * ```ts no-run
 * import { provide, from } from "minisync/slim";
 * provide(await WebAssembly.compileStreaming(fetch("/minisync.wasm")));
 * const doc = from({});
 * ```
 */
export function provide(source: WebAssembly.Module | BufferSource): void {
  module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
}

/** A fresh instance, which nothing was called of yet. */
export function instantiate(): Exports {
  if (module === undefined) {
    throw new MiniSyncError("refused", "minisync/slim has no WebAssembly module yet: call provide(…) with minisync/minisync.wasm first");
  }
  const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  const contract = exports.contract?.();
  if (contract === CONTRACT) return exports;
  throw new MiniSyncError("refused", "the module that was provided is of another version of minisync: take the minisync.wasm of the same package");
}
