// Looks around in a store before any document is open.

import type { Store } from "../storage/store.js";
import type { FoundDocument } from "../sync/find.js";
import { loadSync } from "../sync/load.js";

/**
 * The documents that a store holds.
 *
 * ```ts
 * import { findDocuments, memory } from "minisync";
 *
 * const documents = await findDocuments(memory()); // []
 * ```
 */
export async function findDocuments(store: Store): Promise<FoundDocument[]> {
  const parts = await loadSync();
  return parts.findDocuments(store);
}
