// What the old library's storage is made of: stores of files under paths, and the index files in them. Types only.

import type { LatestUpdate, Peer, Version } from "../document/changes.js";

/** Where a file is in a store of the old library. */
export interface FileHandle {
  /** The folders above it. */
  path: string[];
  fileName: string;
}

/** A file with its content. */
export interface FileData extends FileHandle {
  contents: string;
}

/** A file that others can read at an address. */
export interface RemoteFileHandle extends FileHandle {
  url: string;
}

/** A store of the old library's kind, to keep documents on one device. `listFiles` is not needed. */
export interface LocalStore {
  putFile(file: FileData): Promise<FileHandle>;
  /** The file; null where there is none. */
  getFile(file: FileHandle): Promise<FileData | null>;
  listFiles?(path: string[]): Promise<FileHandle[]>;
}

/** A store of the old library's kind that gives its files addresses, so that others can read them. */
export interface RemoteStore extends LocalStore {
  putFile(file: FileData): Promise<RemoteFileHandle>;
  /** Whether this store can read what is at an address. */
  canDownloadUrl(url: string): Promise<boolean>;
  downloadUrl(url: string): Promise<string>;
}

/** How far a task is, from 0 to 1. */
export type ProgressFunction = (completion: number) => void;

/** What is told in passing. */
export interface Logger {
  level: LogLevel;
  error(...args: unknown[]): unknown;
  warn(...args: unknown[]): unknown;
  info(...args: unknown[]): unknown;
  debug(...args: unknown[]): unknown;
}

export type LogLevel = "error" | "warn" | "info" | "debug" | "none";

/** A change set of a client, as one of a series. */
export interface ClientIndexPart {
  id: number;
  /** Null in the first one, which holds everything up to `toVersion`. */
  fromVersion: Version | null;
  toVersion: Version | null;
  url: string | null;
  /** Characters. */
  size: number;
}

/** `client-index.json`: what one client has published. */
export interface ClientIndex {
  _minisync: { dataType: "CLIENT-INDEX"; version: number };
  latest: Version;
  updated: string;
  clientID: string;
  clientName: string;
  parts: ClientIndexPart[];
}

/** A client's index, with the addresses at which it was published. */
export interface RemoteClientIndex extends ClientIndex {
  url: string | null;
  masterIndexUrl: string | null;
}

/** A client, as the master index lists it. */
export interface RemoteClient {
  url: string;
  lastReceived: Version;
  label: string;
}

/** `master-index.json`: the clients of one user, and the peers they know. */
export interface MasterIndex extends Peer {
  _minisync: { dataType: "MASTER-INDEX"; version: number };
  url: string | null;
  latestUpdate: LatestUpdate | null;
  label: string;
  clients: Record<string, RemoteClient>;
  peers: Peer[];
}
