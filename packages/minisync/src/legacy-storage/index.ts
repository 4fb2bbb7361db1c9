// The old library's `storage`, under its names.

export { type DropboxClient, DropboxStore } from "./dropbox-store.js";
export { IndexedDBStore } from "./indexed-db-store.js";
export { LocalStorageStore } from "./local-storage-store.js";
export { LocalSync } from "./local-sync.js";
export { MemoryStore } from "./memory-store.js";
export { RemoteSync, type SaveRemoteOptions } from "./remote-sync.js";
export type {
  ClientIndex,
  ClientIndexPart,
  FileData,
  FileHandle,
  LocalStore as Store,
  Logger,
  MasterIndex,
  ProgressFunction,
  RemoteClient,
  RemoteClientIndex,
  RemoteFileHandle,
  RemoteStore,
} from "./types.js";
