// What a store holds: its documents, and a first copy of one. Needs no document.

import { Instance } from "../boundary/instance.js";
import { instantiateEngine } from "../boundary/sync-module.js";
import { MiniSyncError } from "../error.js";
import type { Store } from "../storage/store.js";
import { runMachine, type SyncBoundary } from "./round.js";

/** A document that a store holds. */
export interface FoundDocument {
  readonly document: string;
  /** Who publishes it there. */
  readonly clients: readonly { readonly client: string; readonly label: string }[];
}

/** The documents that a store holds. */
export async function findDocuments(store: Store): Promise<FoundDocument[]> {
  const boundary = withoutDocument();
  const machine = Number(boundary.text("discoveryBegin", "[]"));
  return (await runMachine(boundary, machine, store)) as FoundDocument[];
}

/** A full change set of a document, as text, from the first of the stores that holds it; undefined if none does. */
export async function findChanges(stores: readonly Store[], id: string | undefined, name: string): Promise<string | undefined> {
  for (const store of stores) {
    const document = id ?? (await pick(store, name));
    if (document === undefined) continue;
    const boundary = withoutDocument();
    const machine = Number(boundary.text("joinBegin", JSON.stringify([document])));
    try {
      const joined = (await runMachine(boundary, machine, store)) as { changes: string };
      return joined.changes;
    } catch (error) {
      if (!(error instanceof MiniSyncError) || error.code !== "not-found") throw error;
    }
  }
  return undefined;
}

/** The document that is meant, where no id is told: the one of this name, or the only one. */
async function pick(store: Store, name: string): Promise<string | undefined> {
  const found = (await findDocuments(store)).map(({ document }) => document);
  if (found.includes(name) || found.length === 0) return found.length === 0 ? undefined : name;
  if (found.length === 1) return found[0];
  throw new MiniSyncError(
    "refused",
    `open: there are ${found.length} documents (${found.join(", ")}), and none is called ${JSON.stringify(name)}; say which, as id: ${JSON.stringify(found[0])}`,
  );
}

function withoutDocument(): SyncBoundary {
  const instance = new Instance();
  instance.addEngine(instantiateEngine);
  return {
    text: (operation, input) => instance.call(operation, input),
    bytes: (operation, input, bytes = new Uint8Array()) => instance.callBytes(operation, input, bytes),
  };
}
