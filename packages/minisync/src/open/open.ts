// Opens a document: reads what was saved, or begins with the defaults.

import { Instance } from "../boundary/instance.js";
import { changesText } from "../document/changes.js";
import type { Beginning } from "../document/document.js";
import type { Options } from "../document/options.js";
import { Session } from "../save/session.js";
import { loadSync } from "../sync/load.js";
import type { OutputOf, StandardSchema } from "../types/schema.js";
import { OpenDocument } from "./open-document.js";
import { checkOpenOptions, type CheckedOptions, type OpenOptions } from "./options.js";

/**
 * Opens a document by its name: from then on each edit is saved by itself, and tabs that have it open see each other's edits.
 *
 * ```ts
 * import { memory, open } from "minisync";
 *
 * const board = await open("board", {
 *   defaults: { title: "My board", cards: [] as { title: string }[] },
 *   save: memory(), // in a page indexedDB()
 * });
 * board.change((d) => d.cards.push({ title: "tea" }));
 * await board.saved();
 * await board.close();
 * ```
 */
export function open<S extends StandardSchema>(
  name: string,
  options: OpenOptions<NoInfer<OutputOf<S>>> & { schema: S },
): Promise<OpenDocument<OutputOf<S>>>;
export function open<T = any>(name: string, options: OpenOptions<NoInfer<T>>): Promise<OpenDocument<T>>;
export async function open(name: string, options: OpenOptions): Promise<OpenDocument> {
  const checked = checkOpenOptions(name, options);
  const session = await Session.begin(checked.save, name, randomID);
  try {
    const { beginning, ...ids } = await begin(name, checked, session);
    const undo = checked.undo === false ? false : { ...(checked.undo === true ? {} : checked.undo), history: session.found.undo };
    const { schema, limits } = checked;
    const made: Options = { undo, ...ids, ...(schema !== undefined && { schema }), ...(limits !== undefined && { limits }) };
    return new OpenDocument(beginning, made, session, checked);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** What the document is made of. */
async function begin(
  name: string,
  { defaults, id, upgrade, sync }: CheckedOptions,
  { found }: Session,
): Promise<{ beginning: Beginning; clientID?: string; documentID?: string }> {
  if (found.changes.length > 0) {
    return { beginning: { kind: "saved", value: found.changes }, clientID: found.client ?? randomID() };
  }
  const former = await upgrade?.();
  if (former !== undefined && former !== null) {
    return { beginning: { kind: "changes", value: changesText(former, "open, upgrade") } };
  }
  if (defaults === undefined && sync.length > 0) {
    const { findChanges } = await loadSync();
    const changes = await findChanges(sync, id, name);
    if (changes !== undefined) return { beginning: { kind: "changes", value: changes } };
  }
  return { beginning: { kind: "defaults", value: defaults ?? {} }, documentID: id ?? name };
}

function randomID(): string {
  return JSON.parse(new Instance().call("createId", "[]")) as string;
}
