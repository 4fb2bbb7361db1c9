// What an instance of the WebAssembly module exports, as docs/boundary.md specifies it. Types only.

/** The operations, by name. Each takes the input's length and the time, and returns the output's length. */
export type Operation =
  | "create" | "genesis" | "join" | "restore"
  | "identity" | "setClient" | "renewClient" | "createId" | "version" | "clientStates" | "acknowledge" | "dismiss" | "compare"
  | "get" | "find" | "children" | "length" | "keys" | "locate" | "author"
  | "set" | "update" | "remove" | "insert" | "push" | "splice" | "move" | "reorder" | "batch"
  | "begin" | "commit" | "rollback" | "subscribe"
  | "changes" | "changesFor" | "changesSince" | "describe" | "merge" | "changesV1" | "forget"
  | "conflicts" | "conflictedPlaces" | "resolve" | "restoreOverruled"
  | "syncRecord" | "syncState" | "syncBegin" | "joinBegin" | "discoveryBegin" | "syncNext" | "syncEnd" | "syncBody" | "syncAnswer"
  | "recordUndo" | "undo" | "redo" | "undoState" | "endUndoGroup" | "saveUndo" | "restoreUndo";

/** The exports of one instance. */
export type Exports = Record<Operation, (length: number, now: number) => number> & {
  readonly memory: { readonly buffer: ArrayBuffer };
  input(capacity: number): number;
  output(): number;
  seed(a: number, b: number, c: number, d: number): void;
  contract(): number;
};

/** An error as the module tells it. */
export interface Refusal {
  code: string;
  message: string;
  place?: string;
  missing?: Record<string, number | [number, number]>;
  index?: number;
}

/** What handles need to know of a value. */
export type Reference = { id: string; type: "map" | "list" } | { id?: undefined; value: unknown };

/** The result of everything that edits or merges. */
export interface Commit {
  result?: unknown;
  patches?: Patch[];
  overruled?: Overruled[];
  renewal?: Renewal;
}

/**
 * One change, as JSON Patch (RFC 6902) tells it. Patches are to be applied one after the other. `move` keeps to one
 * list: the element at `from` then stands at `path`.
 */
export type Patch =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move"; readonly from: string; readonly path: string };

/**
 * An edit that was lost beside somebody's deletion, and is nowhere to be read: the list's element that it was in, or a map
 * or list above it, was deleted or replaced by who had not seen it. `restoreOverruled` brings it back.
 */
export interface Overruled {
  /** Where it stood, or would stand (`"-"`: behind a list's last element); missing where that is not known. */
  readonly place?: readonly (string | number)[];
  /** The id of the nearest map or list above it that is still there. */
  readonly container: string;
  /** The way from there to the value. */
  readonly within: readonly (string | number)[];
  /** What was written. */
  readonly value: unknown;
  /** The whole element that is gone, with this value in it, where this copy still had it. */
  readonly item?: unknown;
  /** Whether `within` begins with a list's element that is gone. */
  readonly isItemGone: boolean;
  /** Who wrote it. */
  readonly client: string;
  /** When, in microseconds since 1970, by the writer's clock. */
  readonly stamp: number;
}

/** That the document goes on under another client id. What was written keeps its names. */
export interface Renewal {
  /** The id until now. */
  readonly former: string;
  /** The id from now on. */
  readonly client: string;
  /** `"clock"`: the clock was far off; `"head"`: another process publishes under the former id, or `renewClientID` was called. */
  readonly reason: "clock" | "head";
}
