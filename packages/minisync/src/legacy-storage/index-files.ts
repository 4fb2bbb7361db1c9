// The index files of the old library's remote storage: read strictly, and made. Knows no store.

import { MiniSyncError } from "../error.js";
import type { ClientIndex, ClientIndexPart, MasterIndex } from "./types.js";

const NAMES = { "CLIENT-INDEX": "client index", "MASTER-INDEX": "master index" } as const;

/** Where the files of a document, or of one of its clients, are. */
export function pathOf(documentID: string, clientID?: string): string[] {
  return ["documents", `document-${documentID}`, ...(clientID === undefined ? [] : [`client-${clientID}`])];
}

export function partName(id: number): string {
  return `part-${String(id).padStart(8, "0")}.json`;
}

/** An index of one kind, from its text. `where` is for the error. */
export function parseIndex<K extends keyof typeof NAMES>(
  text: string,
  kind: K,
  where: string,
): K extends "CLIENT-INDEX" ? ClientIndex : MasterIndex {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MiniSyncError("malformed", `${where} is no JSON: ${(cause as Error).message}`, { cause });
  }
  const index = value as { _minisync?: { dataType?: unknown } } | null;
  if (index?._minisync?.dataType !== kind) throw new MiniSyncError("malformed", `${where} is no ${NAMES[kind]} file`);
  return value as never;
}

export function newClientIndex(clientID: string): ClientIndex {
  return { _minisync: { dataType: "CLIENT-INDEX", version: 1 }, latest: "", updated: "", clientID, clientName: "", parts: [] };
}

export function newMasterIndex(): MasterIndex {
  return {
    _minisync: { dataType: "MASTER-INDEX", version: 1 },
    label: "",
    clients: {},
    peers: [],
    latestUpdate: null,
    url: null,
  };
}

/** Whether a version is one of this library; the old one counted in ten characters. */
export function isVersion(version: string | null | undefined): version is string {
  return typeof version === "string" && version.startsWith("{");
}

/** The part to write to: the last one, or a new one where that is full or there is none. */
export function openPart(index: ClientIndex, limit: number): ClientIndexPart {
  const last = index.parts[index.parts.length - 1];
  if (last !== undefined && last.size <= limit) return last;
  const next: ClientIndexPart = {
    id: last === undefined ? 0 : last.id + 1,
    fromVersion: last?.toVersion ?? null,
    toVersion: last?.toVersion ?? null,
    url: null,
    size: 0,
  };
  index.parts.push(next);
  return next;
}

/** The time as the old library writes it: digits only, which sort. */
export function timestamp(date: Date): string {
  return date.toISOString().replace(/\D/g, "").slice(0, 14);
}
