// Saves whole documents in a store of the old library's kind, as the old library did, under the same names.

import { Document } from "../document/document.js";
import { MiniSyncError } from "../error.js";
import type { LocalStore } from "./types.js";

/** Saves documents on this device. New code does better with `open()`, which saves by itself, and only what is new. */
export class LocalSync {
  readonly #store: LocalStore;

  constructor(store: LocalStore) {
    this.#store = store;
  }

  /** Saves a document. @returns its id, to restore it by */
  async saveLocal(document: Document): Promise<string> {
    const id = document.getID();
    const saved = await this.#store.putFile({ path: ["documents"], fileName: `${id}.json`, contents: JSON.stringify(document.getChanges()) });
    if (!saved) throw new MiniSyncError("storage", `saveLocal: the store did not save ${id}: its putFile returned nothing`);
    return id;
  }

  /** Restores a document, as the client that saved it. Files of the old library too. */
  async restoreLocal(id: string): Promise<Document> {
    const file = await this.#store.getFile({ path: ["documents"], fileName: `${id}.json` });
    if (!file) throw new MiniSyncError("storage", `restoreLocal: there is no document ${JSON.stringify(id)} in this store`);
    return new Document({ kind: "changes", value: file.contents }, { restore: true }, "restoreLocal");
  }
}
