// The error that everything here throws. Knows neither documents nor the boundary.

/**
 * What kind of error it is; messages are for people and may change.
 *
 * | code | |
 * |---|---|
 * | `invalid-argument` | an argument of the wrong type |
 * | `invalid-path` | a path that cannot be read, or that leads nowhere |
 * | `invalid-value` | a value that is not JSON, or a root that is no object |
 * | `invalid-data` | a write that the document's schema refuses |
 * | `limit` | too deep, too large, out of range |
 * | `malformed` | a change set that does not keep to the format |
 * | `wrong-document` | a change set of another document |
 * | `missing-changes` | a change set that builds on others, which were not seen here: ask for a full one |
 * | `version-1-delta` | a delta of the old library: ask for a full change set |
 * | `gone` | a handle of an object or array that is no longer in the document |
 * | `refused` | what is not possible now; the message says why |
 * | `quota` | there is no room left where the document is saved |
 * | `storage` | a store failed; `cause` is its error |
 * | `unavailable` | the browser does not let the page save anything there, or what syncs could not be loaded |
 * | `in-use` | another process has the document open |
 * | `newer-version` | what is saved was written by a newer version of this package |
 * | `wrong-folder` | where a document is synced is not the folder that was used before, or another document's |
 * | `not-found` | a store does not hold the document |
 * | `forbidden` | a store refuses: wrong credentials, or no permission |
 * | `busy` | a store is overloaded or out of reach; after `retryAfter` milliseconds it may go better |
 * | `closed` | the document was closed |
 * | `broken` | the document's WebAssembly instance failed before: make the document anew from its last save |
 */
export type ErrorCode =
  | "invalid-argument"
  | "invalid-path"
  | "invalid-value"
  | "invalid-data"
  | "limit"
  | "malformed"
  | "wrong-document"
  | "missing-changes"
  | "version-1-delta"
  | "gone"
  | "refused"
  | "quota"
  | "storage"
  | "unavailable"
  | "in-use"
  | "newer-version"
  | "wrong-folder"
  | "not-found"
  | "forbidden"
  | "busy"
  | "closed"
  | "broken";

/** What an error may tell besides its message. */
export interface ErrorDetails {
  /** Where in the value or the change set that was handed in: a JSON Pointer, `""` for all of it. */
  place?: string;
  /** With `missing-changes`: of which clients, up to which stamps, changes have to be seen first. A pair is
   * the first stamp of the session in which the stamp lies, and the stamp. */
  missing?: Readonly<Record<string, number | readonly [number, number]>>;
  /** Which of several change sets was refused, from 0. */
  index?: number;
  /** With `busy`: how long to wait, in milliseconds, where the store says so. */
  retryAfter?: number;
  /** What a schema found wrong, with `invalid-data`. */
  issues?: readonly Issue[];
  /** The error below this one. */
  cause?: unknown;
}

/** One thing that a schema found wrong. */
export interface Issue {
  readonly message: string;
  /** Keys and indices from the root on. */
  readonly path: readonly (string | number)[];
}

/**
 * Every error that MiniSync throws on purpose. It says what is wrong, where, and what to do.
 *
 * ```ts
 * import { from, MiniSyncError } from "minisync";
 *
 * try {
 *   from({ a: 1 }).set("b.c", 2);
 * } catch (error) {
 *   if (error instanceof MiniSyncError) console.log(error.code); // "invalid-path"
 * }
 * ```
 */
export class MiniSyncError extends Error {
  readonly code: ErrorCode;
  // Only declared: an error that is printed shows the details that it has, and no others.
  declare readonly place?: string;
  declare readonly missing?: Readonly<Record<string, number | readonly [number, number]>>;
  declare readonly index?: number;
  declare readonly retryAfter?: number;
  declare readonly issues?: readonly Issue[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const { cause, ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.name = "MiniSyncError";
    this.code = code;
    Object.assign(this, rest);
  }
}

/** How an error message shows what was handed in: its kind, and a beginning of it. */
export function shown(value: unknown): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    default:
      return Array.isArray(value) ? "an array" : nounOf(value);
  }
}

function nounOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const article = /^[AEIOU]/.test(tag) ? "an" : "a";
  return tag === "Object" ? "an object" : `${article} ${tag}`;
}
