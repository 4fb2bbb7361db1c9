// Loads what only documents that sync need: the sync engine, and what performs for it. So it must not import any of it
// but in the one place where a bundler may part it from the rest.

import { MiniSyncError } from "../error.js";

/** What is loaded. */
export type SyncParts = typeof import("./parts.js");

let parts: SyncParts | undefined;

/** Hands in what would be loaded, so that nothing is. */
export function provideSync(loaded: SyncParts): void {
  parts = loaded;
}

/** Loads it, if it is not there; in a page this is a request. */
export async function loadSync(): Promise<SyncParts> {
  if (parts !== undefined) return parts;
  try {
    parts = await import("./parts.js");
  } catch (cause) {
    throw new MiniSyncError(
      "unavailable",
      `the part of minisync that syncs could not be loaded (${cause instanceof Error ? cause.message : String(cause)}); ` +
        'it is tried again with the next sync. An app that has to sync without loading anything later imports "minisync/sync"',
      { cause },
    );
  }
  return parts;
}
