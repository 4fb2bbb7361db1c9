// A store in the page's IndexedDB: files by their paths. A write is done when it is on the disk. Knows no document.

import { MiniSyncError } from "../error.js";
import { type Coordinator, tabCoordinator } from "./coordinator.js";
import type { Entry, Store } from "./store.js";

/** What may be said of IndexedDB. */
export interface IndexedDBOptions {
  /** The database; `"minisync-files"` unless it is said. */
  name?: string;
}

const FILES = "files";

class IndexedDBFiles implements Store {
  readonly coordinator: Coordinator;
  readonly #name: string;
  #database: IDBDatabase | undefined;
  #opening: Promise<IDBDatabase> | undefined;

  constructor({ name = "minisync-files" }: IndexedDBOptions = {}) {
    this.#name = name;
    this.coordinator = tabCoordinator(name);
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#run("readonly", (files) => files.get(path) as IDBRequest<Uint8Array | undefined>);
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#run("readwrite", (files) => files.put(bytes, path)).then(() => {});
  }

  async list(folder: string): Promise<Entry[]> {
    const start = `${folder}/`;
    // "0" is the character behind "/".
    const keys = await this.#run("readonly", (files) => files.getAllKeys(IDBKeyRange.bound(start, `${folder}0`, false, true)));
    const names = new Set((keys as string[]).map((key) => key.slice(start.length)));
    return [...names].filter((name) => !name.includes("/")).map((name) => ({ name }));
  }

  delete(path: string): Promise<void> {
    return this.#run("readwrite", (files) => files.delete(path)).then(() => {});
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  /** Runs one request in a transaction of its own. If the database is open, it is on its way when this returns. */
  #run<T>(mode: IDBTransactionMode, ask: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    if (this.#database === undefined) return this.#open().then((database) => transact(database, mode, ask));
    try {
      return transact(this.#database, mode, ask);
    } catch {
      // The connection is closing: the browser did so, or somebody deletes the database.
      this.close();
      return this.#open().then((database) => transact(database, mode, ask));
    }
  }

  #open(): Promise<IDBDatabase> {
    this.#opening ??= openDatabase(this.#name)
      .then((database) => {
        database.onversionchange = database.onclose = () => {
          database.close();
          if (this.#database === database) this.#database = undefined;
        };
        this.#database = database;
        return database;
      })
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
  }
}

function transact<T>(database: IDBDatabase, mode: IDBTransactionMode, ask: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  // "strict": done means on the disk, not merely handed to the operating system.
  const transaction = database.transaction(FILES, mode, { durability: "strict" });
  const request = ask(transaction.objectStore(FILES));
  // Said at once, so that the browser ends the transaction also if the page is gone by then.
  if (mode === "readwrite") transaction.commit?.();
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(transaction.error ?? request.error ?? new Error("the transaction was aborted"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = fail;
    transaction.onerror = (event) => event.preventDefault();
    request.onerror = fail;
  });
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(
        new MiniSyncError(
          "unavailable",
          `the browser does not let this page use IndexedDB (${cause instanceof Error ? cause.message : "no reason given"}); ` +
            "in some private windows it is off: open the document with save: memory() then, and say that nothing is kept",
          { cause },
        ),
      );
    try {
      const request = globalThis.indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(FILES);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => fail(request.error);
      request.onblocked = () => fail(new Error("another tab holds an older version of the database open"));
    } catch (error) {
      fail(error);
    }
  });
}

/**
 * A store in this page's IndexedDB, shared by all tabs and workers of the site.
 *
 * ```ts no-run
 * import { indexedDB, open } from "minisync";
 *
 * const board = await open("board", { defaults: { cards: [] }, save: indexedDB() });
 * ```
 */
export function indexedDB(options: IndexedDBOptions = {}): Store {
  return new IndexedDBFiles(options);
}
