// What may be said when a document is made, checked. Knows the boundary's options.

import type { Environment } from "../boundary/instance.js";
import { MiniSyncError, shown } from "../error.js";
import type { StandardSchema } from "../types/schema.js";
import { knownOptions, wholeNumberFrom } from "../argument.js";
import { idText } from "./changes.js";

/** What may be said when a document is made. */
export interface Options {
  /** Go on as the client that made the change set, as `restore` does. Only one copy may. */
  restore?: boolean;
  /** The document's id; otherwise a random one, or that in the change set. */
  documentID?: string;
  /** This client's id; otherwise a random one, or with `restore` that in the change set. */
  clientID?: string;
  /** Remember own edits, so that they can be undone. */
  undo?: boolean | UndoOptions;
  /** What the data has to be like: a schema of zod, valibot, arktype, or any other Standard Schema. */
  schema?: StandardSchema;
  /** The most that change sets and writes may bring. */
  limits?: Limits;
  /** Where time and randomness come from; for tests. */
  environment?: Environment;
}

/** How edits are remembered. */
export interface UndoOptions {
  /** Edits that follow each other within so many milliseconds are undone together. 500 unless it is said. */
  within?: number;
  /** So many undos are remembered. 1000 unless it is said. */
  groups?: number;
  /** What `saveUndo()` returned when the document was saved. If it is of another state of the document, it is dropped. */
  history?: string | null | undefined;
}

/** The most that is taken in. */
export interface Limits {
  /** Levels of objects and arrays; 128 unless it is said. The root is the first. */
  depth?: number;
  /** Bytes of content; 2^30 unless it is said. */
  bytes?: number;
}

const KNOWN = new Set(["restore", "documentID", "clientID", "undo", "schema", "limits", "environment"]);

/** Refuses options that there are not: a misspelled one would do nothing, and nobody would notice. */
export function checkOptions(options: unknown, method: string): Options {
  if (options === undefined || options === null) return {};
  if (typeof options === "boolean") return { restore: options };
  if (typeof options !== "object" || Array.isArray(options)) {
    throw new MiniSyncError("invalid-argument", `${method}: the options are ${shown(options)}; they have to be an object`);
  }
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name)) {
      throw new MiniSyncError("invalid-argument", `${method}: there is no option ${shown(name)}; there are ${[...KNOWN].join(", ")}`);
    }
  }
  const { undo, limits } = options as Options;
  checkUndo(undo, method);
  checkLimits(limits, method);
  return options as Options;
}

/** Refuses what cannot be meant by `undo`. */
export function checkUndo(undo: Options["undo"], method: string): void {
  if (undo === undefined || typeof undo === "boolean") return;
  const { within, groups, history } = knownOptions(undo, ["within", "groups", "history"], `${method}: undo`);
  if (within !== undefined) wholeNumberFrom(0, within, `${method}: undo.within`);
  if (groups !== undefined) wholeNumberFrom(1, groups, `${method}: undo.groups`);
  if (history === undefined || history === null || typeof history === "string") return;
  throw new MiniSyncError("invalid-argument", `${method}: undo.history is ${shown(history)}; it has to be what saveUndo() returned`);
}

/** Refuses what cannot be meant by `limits`. */
export function checkLimits(limits: Limits | undefined, method: string): void {
  if (limits === undefined) return;
  const { depth, bytes } = knownOptions(limits, ["depth", "bytes"], `${method}: limits`);
  if (depth !== undefined) wholeNumberFrom(1, depth, `${method}: limits.depth`);
  if (bytes !== undefined) wholeNumberFrom(0, bytes, `${method}: limits.bytes`);
}

/** The options as the boundary takes them. */
export function optionsText({ documentID, clientID, limits }: Options, method: string): string {
  const parts: string[] = [];
  if (documentID !== undefined) parts.push(`"document":${idText(documentID, `${method}, documentID`)}`);
  if (clientID !== undefined) parts.push(`"client":${idText(clientID, `${method}, clientID`)}`);
  if (limits !== undefined) parts.push(`"limits":${JSON.stringify(limits)}`);
  return parts.length === 0 ? "null" : `{${parts.join()}}`;
}
