// Calls one instance of the WebAssembly module: text in, text out. Knows the calling convention of docs/boundary.md
// and nothing of documents.

import { type ErrorCode, MiniSyncError } from "../error.js";
import type { Exports, Operation, Refusal } from "./exports.js";
import { instantiate } from "./module.js";
import { decode, encodeInto } from "./utf8.js";

/** Where time and randomness come from. Tests and simulations hand in their own. */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  /** Four random integers below 2^32. */
  seed(): readonly [number, number, number, number];
}

/** The real one. */
export const environment: Environment = {
  now: () => Date.now(),
  seed() {
    const words = new Uint32Array(4);
    if (typeof crypto !== "object" || typeof crypto.getRandomValues !== "function") {
      throw new MiniSyncError(
        "refused",
        "there is no crypto.getRandomValues here, which ids are made with; in React Native, import " +
          '"react-native-get-random-values" before minisync',
      );
    }
    crypto.getRandomValues(words);
    return [words[0], words[1], words[2], words[3]] as [number, number, number, number];
  },
};

/** One instance. It is freed by the garbage collector. */
export class Instance {
  readonly #exports: Exports;
  readonly #environment: Environment;
  /** Where the sync engine's operations are. */
  #engine: Exports;
  #bytes: Uint8Array;
  #failure: unknown;

  constructor(world: Environment = environment) {
    this.#exports = this.#engine = instantiate();
    this.#environment = world;
    this.#exports.seed(...world.seed());
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
  }

  /**
   * Performs an operation. `input` is the JSON text of its arguments, in brackets; the result is JSON text, or `""`
   * where there is nothing to say.
   */
  call(operation: Operation, input: string): string {
    return this.#run(operation, () => this.#write(input), decode) ?? "";
  }

  /** The same where bytes are handed in, behind the JSON and a line feed, and bytes are returned. */
  callBytes(operation: Operation, input: string, bytes: Uint8Array): Uint8Array {
    const write = (): number => {
      const length = this.#write(`${input}\n`);
      const start = this.#exports.input(length + bytes.length);
      this.#view().set(bytes, start + length);
      return length + bytes.length;
    };
    return this.#run(operation, write, (output) => output.slice()) ?? new Uint8Array();
  }

  /** Writes the input, performs the operation, and takes its output; undefined where there is none. */
  #run<T>(operation: Operation, write: () => number, take: (output: Uint8Array) => T): T | undefined {
    if (this.#failure !== undefined) throw broken(this.#failure);
    const now = this.#environment.now();
    let refused: string;
    try {
      const exports = operation in this.#exports ? this.#exports : this.#engine;
      const result = exports[operation](write(), now);
      if (result === 0) return undefined;
      const start = this.#exports.output();
      const output = this.#view().subarray(start, start + (result < 0 ? -result - 1 : result));
      if (result > 0) return take(output);
      refused = decode(output);
    } catch (error) {
      // A trap: nothing is known of the state of this instance, so it is never called again.
      this.#failure = error;
      throw broken(error);
    }
    throw refusal(JSON.parse(refused) as Refusal);
  }

  /** Adds the sync engine's operations, if they are not there. */
  addEngine(instantiateEngine: (core: Exports) => Exports): void {
    if ("syncBegin" in this.#engine) return;
    this.#engine = instantiateEngine(this.#exports);
    if ("syncBegin" in this.#engine) return;
    throw new MiniSyncError("refused", "sync: the WebAssembly module that was provided has no sync engine; take the minisync.wasm of this package");
  }

  /** Writes the input, and returns how many bytes it has. */
  #write(text: string): number {
    // What is all ASCII fits at once.
    let capacity = text.length;
    let start = this.#exports.input(capacity);
    let { read, written } = encodeInto(text, this.#view().subarray(start, start + capacity));
    if (read < text.length) {
      // No UTF-16 unit takes more than three bytes.
      capacity = written + 3 * (text.length - read);
      start = this.#exports.input(capacity);
      const rest = this.#view().subarray(start + written, start + capacity);
      written += encodeInto(text.slice(read), rest).written;
    }
    return written;
  }

  /** The memory. When it grows, its buffer becomes another one. */
  #view(): Uint8Array {
    if (this.#bytes.buffer !== this.#exports.memory.buffer) this.#bytes = new Uint8Array(this.#exports.memory.buffer);
    return this.#bytes;
  }
}

function refusal({ code, message, ...details }: Refusal): MiniSyncError {
  // All arguments but texts of change sets are written here, so these texts are what was wrong.
  if (code === "invalid-call") return new MiniSyncError("malformed", `the change set is no JSON: ${message}`, details);
  if (code === "no-document") code = "refused";
  return new MiniSyncError(code as ErrorCode, message, details);
}

function broken(cause: unknown): MiniSyncError {
  return new MiniSyncError(
    "broken",
    "this document cannot be used any more, because an operation failed in the middle " +
      `(${cause instanceof Error ? cause.message : String(cause)}); make it anew from its last save with restore(). ` +
      "Other documents are not affected",
    { cause },
  );
}
