// What a place that keeps files has to be able to do, and how what apps hand in is checked. Knows no document.

import { encode } from "../boundary/utf8.js";
import { MiniSyncError, shown } from "../error.js";
import type { Coordinator } from "./coordinator.js";

/** A file or folder, as listed. */
export interface Entry {
  /** The last part of its path. */
  readonly name: string;
  /** In bytes. Sync needs it of files, saving does not. */
  readonly size?: number;
  /** Changes when the file does: an ETag or a time. Only ever compared with what this store gave before. */
  readonly etag?: string;
  readonly isFolder?: boolean;
}

/**
 * Any place that keeps files: bytes in, bytes out. Four methods are enough to save documents there, or to sync through it.
 *
 * Paths are relative to the store's root, separated by `/`, and made of lowercase letters, digits, `-`, `_` and `.` only.
 * A promise that is rejected means that nothing is known: the file may be as before, or new.
 *
 * ```ts
 * import { open, type Store } from "minisync";
 *
 * const files = new Map<string, Uint8Array>();
 * const store: Store = {
 *   async read(path) { return files.get(path); },
 *   async write(path, bytes) { files.set(path, bytes); },
 *   async list(folder) {
 *     const paths = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
 *     return paths.map((path) => ({ name: path.slice(folder.length + 1), size: files.get(path)?.length ?? 0 }))
 *       .filter((entry) => !entry.name.includes("/"));
 *   },
 *   async delete(path) { files.delete(path); },
 * };
 * const board = await open("board", { defaults: { cards: [] }, save: store });
 * await board.close();
 * ```
 */
export interface Store {
  /** The whole file; undefined (or null) where there is certainly none. */
  read(path: string): Promise<Uint8Array | null | undefined>;
  /** Makes the file, or replaces it, and the folders above it. Done means that it survives a crash. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** What is directly in a folder, in any order. A folder that is not there is empty. */
  list(folder: string): Promise<readonly Entry[]>;
  /** Deletes the file. That there was none is no error. */
  delete(path: string): Promise<void>;
  /** Where this is, in one spelling for one place: by it, sync remembers what it did there. Without one, by its place in `sync`. */
  readonly url?: string;
  /** How those who use the same store at the same time find each other; without it, by the name of the document. */
  readonly coordinator?: Coordinator;
  /** Frees what the store holds: connections, handles. */
  close?(): void | Promise<void>;
}

const METHODS = ["read", "write", "list", "delete"] as const;

/** Refuses what is no store. */
export function checkStore(value: unknown, what: string): Store {
  if (typeof value !== "object" || value === null) {
    throw new MiniSyncError(
      "invalid-argument",
      `${what} is ${shown(value)}; it has to be a store, as indexedDB() or memory(), or an object with read, write, list and delete`,
    );
  }
  for (const name of METHODS) {
    if (typeof (value as Record<string, unknown>)[name] !== "function") {
      throw new MiniSyncError(
        "invalid-argument",
        `${what}: the store has no method ${name}; it needs all of ${METHODS.join(", ")}`,
      );
    }
  }
  return value as Store;
}

/**
 * An id as a part of paths, as `docs/storage.md` spells it: lowercase letters, digits and `-` stand for themselves, every
 * other byte becomes `_` and two digits.
 */
export function encodeName(id: string): string {
  let name = "";
  for (const byte of encode(id)) {
    const char = String.fromCharCode(byte);
    name += /[a-z0-9-]/.test(char) ? char : `_${byte.toString(16).padStart(2, "0")}`;
  }
  return name;
}
