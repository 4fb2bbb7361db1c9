// What may be said when a document is opened, checked. Knows the options, and does nothing with them.

import type { ChangesInput } from "../document/changes.js";
import type { Limits, UndoOptions } from "../document/options.js";
import { checkLimits, checkUndo } from "../document/options.js";
import { MiniSyncError, shown } from "../error.js";
import { checkStore, type Store } from "../storage/store.js";
import type { StandardSchema } from "../types/schema.js";

/** What may be said when a document is opened. */
export interface OpenOptions<T = any> {
  /**
   * What the document is as long as nothing else is known. Devices that open the same id with the same defaults have the same
   * document, without having met. Empty unless it is said.
   */
  defaults?: T;
  /** Where it is saved: `indexedDB()`, `localStorage()`, `folder("./data")`, `memory()`, or a store of your own. */
  save: Store;
  /** Where it meets other devices: stores of any kind. */
  sync?: Store | readonly Store[];
  /** So many milliseconds pass between syncs, if nothing is edited here. A minute unless it is said; null: only when `sync()` is called. */
  syncEvery?: number | null;
  /** What other devices' users see this one called; the client's id unless it is said. */
  label?: string;
  /** The document's id, which all devices have to share; the name unless it is said. */
  id?: string;
  /** What to begin with where nothing is saved yet, instead of the defaults: a full change set, as one of the old library. */
  upgrade?: () => ChangesInput | null | undefined | Promise<ChangesInput | null | undefined>;
  /** Own edits can be undone, also after a reload; false: they cannot. */
  undo?: boolean | Omit<UndoOptions, "history">;
  /** What the data has to be like: a schema of zod, valibot, arktype, or any other Standard Schema. */
  schema?: StandardSchema;
  /** The most that change sets and writes may bring. */
  limits?: Limits;
}

const KNOWN = ["defaults", "save", "sync", "syncEvery", "label", "id", "upgrade", "undo", "schema", "limits"];

/** The options, each of the right kind. */
export type CheckedOptions = Omit<OpenOptions, "sync"> & { readonly save: Store; readonly sync: readonly Store[] };

/** Refuses what cannot be meant. */
export function checkOpenOptions(name: unknown, options: unknown): CheckedOptions {
  if (typeof name !== "string" || name === "") {
    throw new MiniSyncError("invalid-argument", `open: the name is ${shown(name)}; it has to be a text, as open("board", …)`);
  }
  if (typeof options !== "object" || options === null) {
    throw new MiniSyncError(
      "invalid-argument",
      `open: the options are ${shown(options)}; say at least where to save, as open("board", { save: indexedDB() })`,
    );
  }
  for (const key of Object.keys(options)) {
    if (KNOWN.includes(key)) continue;
    throw new MiniSyncError("invalid-argument", `open: there is no option ${shown(key)}; there are ${KNOWN.join(", ")}`);
  }
  const given = options as Omit<OpenOptions, "save"> & { save?: Store };
  const { defaults, syncEvery, upgrade } = given;
  if (defaults !== undefined && (typeof defaults !== "object" || defaults === null || Array.isArray(defaults))) {
    throw new MiniSyncError("invalid-argument", `open: the defaults are ${shown(defaults)}; they have to be an object`);
  }
  if (given.save === undefined) {
    throw new MiniSyncError(
      "invalid-argument",
      "open: say where to save, as save: indexedDB() in a page, folder(\"./data\") in Node, or memory() if it need not last",
    );
  }
  if (upgrade !== undefined && typeof upgrade !== "function") {
    throw new MiniSyncError("invalid-argument", `open: upgrade is ${shown(upgrade)}; it has to be a function that returns a change set`);
  }
  if (syncEvery !== undefined && syncEvery !== null && !(typeof syncEvery === "number" && syncEvery > 0)) {
    throw new MiniSyncError("invalid-argument", `open: syncEvery is ${shown(syncEvery)}; it has to be milliseconds, or null`);
  }
  for (const [option, value] of [["label", given.label], ["id", given.id]]) {
    if (value === undefined || (typeof value === "string" && value !== "")) continue;
    throw new MiniSyncError("invalid-argument", `open: ${option} is ${shown(value)}; it has to be a text`);
  }
  checkUndo(given.undo, "open");
  checkLimits(given.limits, "open");
  const sync = given.sync === undefined ? [] : Array.isArray(given.sync) ? given.sync : [given.sync];
  sync.forEach((store, at) => checkStore(store, `open: sync[${at}]`));
  return { ...given, save: checkStore(given.save, "open: save"), sync };
}
