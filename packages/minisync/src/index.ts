// What apps import: how documents are made, and the types that go with them.

import type { Environment } from "./boundary/instance.js";
import { Instance } from "./boundary/instance.js";
import { isChanges, type Changes, type ChangesInput } from "./document/changes.js";
import { Document } from "./document/document.js";
import { idText } from "./document/changes.js";
import { checkOptions, type Options } from "./document/options.js";
import { MiniSyncError, shown } from "./error.js";
import type { OutputOf, StandardSchema } from "./types/schema.js";

/**
 * Makes a document of plain data, or a new client of the document in a change set.
 *
 * ```ts
 * import { from } from "minisync";
 *
 * const alice = from({ todo: ["milk"] });
 * const bob = from(alice.getChanges());
 * bob.get("todo").push("bread");
 * alice.applyChanges(bob.getChangesForClient(alice.getClientID()));
 * alice.getData(); // { todo: ["milk", "bread"] }
 * ```
 *
 * @param data Plain data (an object), or a full change set: what `getChanges()` or `getChangesText()` returned. Nothing: an
 *   empty document.
 * @param options Options; or true, to go on as the client that made the change set, as `restore` does.
 */
export function from<S extends StandardSchema>(
  data: NoInfer<OutputOf<S>> | Changes | string | null | undefined,
  options: Options & { schema: S },
): Document<OutputOf<S>>;
export function from<T = any>(
  data?: NoInfer<T> | Changes | string | null,
  options?: boolean | (Options & { schema?: undefined }),
): Document<T>;
export function from(data?: unknown, options?: unknown): Document {
  return make(data, options, "from");
}

/**
 * Restores a document from what `getChanges()` returned when it was saved, as the client that saved it. Only one copy may
 * do so: others join with `from`.
 */
export function restore<S extends StandardSchema>(changes: ChangesInput, options: Options & { schema: S }): Document<OutputOf<S>>;
export function restore<T = any>(changes: ChangesInput, options?: Options & { schema?: undefined }): Document<T>;
export function restore(changes: unknown, options?: Options): Document {
  if (typeof changes !== "string" && !isChanges(changes)) {
    throw new MiniSyncError(
      "invalid-argument",
      `restore: ${shown(changes)} is no change set; it has to be what getChanges() returned, or the JSON text of it`,
    );
  }
  return new Document({ kind: "changes", value: changes }, { ...checkOptions(options, "restore"), restore: true }, "restore");
}

/**
 * Makes a document of an id and defaults that several devices know before they ever met: all that start from the same are
 * copies of one document, and can merge.
 *
 * ```ts
 * import { genesis } from "minisync";
 *
 * const phone = genesis("settings", { theme: "light", tags: [] });
 * const laptop = genesis("settings", { theme: "light", tags: [] });
 * laptop.set("theme", "dark");
 * phone.applyChanges(laptop.getChanges());
 * phone.get("theme"); // "dark"
 * ```
 */
export function genesis<S extends StandardSchema>(
  documentID: string,
  defaults: NoInfer<OutputOf<S>>,
  options: Options & { schema: S },
): Document<OutputOf<S>>;
export function genesis<T = any>(documentID: string, defaults: NoInfer<T>, options?: Options & { schema?: undefined }): Document<T>;
export function genesis(documentID: string, defaults: unknown, options?: Options): Document {
  idText(documentID, "genesis, documentID");
  return new Document(
    { kind: "defaults", value: plainRoot(defaults, "genesis") },
    { ...checkOptions(options, "genesis"), documentID },
    "genesis",
  );
}

/** A random id: 20 letters. */
export function createID(world?: Environment): string {
  return JSON.parse(new Instance(world).call("createId", "[]")) as string;
}

function make(data: unknown, options: unknown, method: string): Document {
  if (typeof data === "string" || isChanges(data)) return new Document({ kind: "changes", value: data }, options, method);
  return new Document({ kind: "data", value: plainRoot(data ?? {}, method) }, options, method);
}

function plainRoot(data: unknown, method: string): object {
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data;
  throw new MiniSyncError(
    "invalid-argument",
    `${method}: a document is an object, and this is ${shown(data)}; put it into one, as { value: … }`,
  );
}

export type { Overruled, Patch, Renewal } from "./boundary/exports.js";
export type { Environment } from "./boundary/instance.js";
export type { Json } from "./data/json.js";
export type { ArrayHandle } from "./document/array-handle.js";
export type { Changes, ChangesInput, ClientState, LatestUpdate, Peer, Version } from "./document/changes.js";
export type { Conflict, ForgetPolicy } from "./document/document.js";
export { Document } from "./document/document.js";
export type { ChangeEvent, DocumentEvents, InvalidEvent, Origin, OverruledEvent } from "./document/engine.js";
export type { Unsubscribe } from "./document/events.js";
export type { ObjectHandle } from "./document/object-handle.js";
export type { Limits, Options, UndoOptions } from "./document/options.js";
export { type ErrorCode, type Issue, MiniSyncError } from "./error.js";
export type { Data, Draft, Handled, Writable } from "./types/data.js";
export type { AnyPath, At, PathOf } from "./types/path.js";
export type { OutputOf, StandardSchema } from "./types/schema.js";

export { findDocuments } from "./open/find-documents.js";
export { open } from "./open/open.js";
export type { OpenDocument, OpenEvents } from "./open/open-document.js";
export type { OpenOptions } from "./open/options.js";
export type { FoundDocument } from "./sync/find.js";
export type { SyncReport, SyncStatus } from "./sync/syncer.js";
export type { SaveStatus } from "./save/status.js";
export type { Channel, Coordinator, Lock } from "./storage/coordinator.js";
export { indexedDB, type IndexedDBOptions } from "./storage/indexed-db.js";
export { localStorage, type LocalStorageOptions } from "./storage/local-storage.js";
export { memory } from "./storage/memory.js";
export type { Entry, Store } from "./storage/store.js";
export * as storage from "./legacy-storage/index.js";
export { defaultLogger } from "./legacy-storage/logger.js";
