// The old library's store in IndexedDB, in its database: what it saved is read, and the other way round.

import { MiniSyncError } from "../error.js";
import type { FileData, FileHandle, LocalStore } from "./types.js";

const FILES = "files";

/** A store in this page's IndexedDB. */
export class IndexedDBStore implements LocalStore {
  readonly prefix: string;
  #database: Promise<IDBDatabase> | undefined;

  /** @param prefix The name of the database. */
  constructor(prefix = "minisync") {
    if (typeof indexedDB === "undefined") throw new MiniSyncError("unavailable", "IndexedDBStore: there is no IndexedDB here");
    this.prefix = prefix;
  }

  async getFile({ path, fileName }: FileHandle): Promise<FileData | null> {
    const found = (await this.#run("readonly", (files) => files.get(key(path, fileName)))) as { file?: FileData } | undefined;
    return found?.file ?? null;
  }

  async putFile(file: FileData): Promise<FileHandle> {
    const { path, fileName } = file;
    await this.#run("readwrite", (files) => files.put({ name: fileName, path: path.join("/"), file }, key(path, fileName)));
    return { path, fileName };
  }

  async listFiles(path: string[]): Promise<FileHandle[]> {
    const folder = path.join("/");
    const keys = (await this.#run("readonly", (files) => files.index("path").getAllKeys(folder))) as string[];
    return keys.map((name) => ({ path, fileName: name.slice(folder.length + 1) }));
  }

  openDB(): Promise<IDBDatabase> {
    this.#database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.prefix, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(FILES).createIndex("path", "path", { unique: false });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => {
        this.#database = undefined;
        reject(request.error);
      };
    });
    return this.#database;
  }

  async #run(mode: IDBTransactionMode, ask: (files: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const transaction = (await this.openDB()).transaction(FILES, mode);
    const request = ask(transaction.objectStore(FILES));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  }
}

function key(path: readonly string[], fileName: string): string {
  return `${path.join("/")}/${fileName}`;
}
