// Change sets and versions as apps see them, and how they are handed to the boundary. Knows their envelope only.

import { MiniSyncError, shown } from "../error.js";

/**
 * What one copy of a document gives another: plain JSON, so it survives `JSON.stringify`, `structuredClone` and any
 * channel. `docs/format.md` specifies it.
 */
export interface Changes {
  readonly _minisync: { readonly dataType: "CHANGES"; readonly version: number };
  readonly documentID: string;
  /** The client that made it. */
  readonly sentBy: string;
  /** What that client had seen. */
  readonly fromVersion: unknown;
  /** What a delta builds on; null in a full change set. */
  readonly changesSince: unknown;
  readonly clientStates?: unknown;
  readonly horizon?: unknown;
  readonly changes: unknown;
}

/** A change set, or the text of one. */
export type ChangesInput = Changes | string | { readonly _minisync: unknown };

/** What a copy has seen: a text that `getDocVersion` returned, or the `fromVersion` of a change set. */
export type Version = string;

/** What is known of another client. */
export interface ClientState {
  readonly clientID: string;
  /** What this client is known to have seen. */
  readonly lastAcknowledged?: Version;
  /** Up to where this client's own writes were seen here. */
  readonly lastReceived?: Version;
}

/** Someone this document is shared with, as the old library's remote storage kept them. */
export interface Peer {
  /** The address of the peer's index. */
  readonly url: string | null;
  readonly latestUpdate: LatestUpdate | null;
  /** What people call the peer. */
  readonly label: string;
}

/** The last that was heard of a client. */
export interface LatestUpdate {
  readonly clientID: string;
  readonly updated: string;
  readonly version: Version;
}

/** Whether a value is a change set, rather than data. */
export function isChanges(value: unknown): value is Changes {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "_minisync")) return false;
  const mark = (value as { _minisync: unknown })._minisync;
  return typeof mark === "object" && mark !== null && (mark as { dataType?: unknown }).dataType === "CHANGES";
}

/** The JSON text of a change set that was handed in. What is in it is checked behind the boundary. */
export function changesText(value: unknown, method: string): string {
  // A text goes through as it is; it is checked behind the boundary, and cannot be taken for more than one argument.
  if (typeof value === "string" && /^\s*\{/.test(value)) return value;
  if (isChanges(value)) {
    try {
      return JSON.stringify(value);
    } catch (cause) {
      throw new MiniSyncError("malformed", `${method}: the change set is no JSON: ${(cause as Error).message}`, { cause });
    }
  }
  throw new MiniSyncError(
    "invalid-argument",
    `${method}: ${shown(value)} is no change set; it has to be what getChanges() or getChangesForClient() returned, or the JSON ` +
      "text of it",
  );
}

/** The JSON text of a version that was handed in. */
export function versionText(value: unknown, method: string): string {
  let version = value;
  if (typeof value === "string") {
    try {
      version = JSON.parse(value);
    } catch {
      version = undefined;
    }
  }
  if (typeof version === "object" && version !== null && !Array.isArray(version)) return JSON.stringify(version);
  throw new MiniSyncError(
    "invalid-argument",
    `${method}: ${shown(value)} is no version; it has to be what getDocVersion() returned, or fromVersion of a change set`,
  );
}

/** An id of a document or client, as JSON text. */
export function idText(value: unknown, method: string): string {
  if (typeof value === "string" && value !== "") return JSON.stringify(value);
  throw new MiniSyncError("invalid-argument", `${method}: the id is ${shown(value)}; it has to be a text`);
}
