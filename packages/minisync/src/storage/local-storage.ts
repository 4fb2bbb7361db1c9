// A store in the page's localStorage: some 5 MB for everything of an origin, but there where IndexedDB is not. Knows no
// document.

import { MiniSyncError } from "../error.js";
import { type Coordinator, tabCoordinator } from "./coordinator.js";
import type { Entry, Store } from "./store.js";

/** What may be said of localStorage. */
export interface LocalStorageOptions {
  /** What all keys begin with; `"minisync"` unless it is said. */
  prefix?: string;
}

class LocalStorageFiles implements Store {
  readonly coordinator: Coordinator;
  readonly #prefix: string;

  constructor({ prefix = "minisync" }: LocalStorageOptions = {}) {
    this.#prefix = `${prefix}:`;
    this.coordinator = tabCoordinator(`${prefix}-local`);
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const text = storage().getItem(this.#prefix + path);
    return text === null ? undefined : decode(text);
  }

  // No `await` before the item is set: so what is written while a page closes is there when it is gone.
  async write(path: string, bytes: Uint8Array): Promise<void> {
    storage().setItem(this.#prefix + path, encode(bytes));
  }

  async list(folder: string): Promise<Entry[]> {
    const start = `${this.#prefix}${folder}/`;
    const names = new Set<string>();
    const all = storage();
    for (let at = 0; at < all.length; at++) {
      const key = all.key(at);
      if (key?.startsWith(start)) names.add(key.slice(start.length));
    }
    return [...names].filter((name) => !name.includes("/")).map((name) => ({ name }));
  }

  async delete(path: string): Promise<void> {
    storage().removeItem(this.#prefix + path);
  }
}

function storage(): Storage {
  try {
    // Reading the property throws where cookies are blocked.
    if (globalThis.localStorage) return globalThis.localStorage;
  } catch (cause) {
    throw new MiniSyncError("unavailable", "the browser does not let this page use localStorage; are cookies blocked?", { cause });
  }
  throw new MiniSyncError("unavailable", "there is no localStorage here; in Node use folder(), elsewhere a store of your own");
}

/** UTF-8 as its text, which is what is saved nearly always; any other bytes one to one, behind a mark. */
function encode(bytes: Uint8Array): string {
  try {
    return `t${new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)}`;
  } catch {
    let text = "b";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }
}

function decode(text: string): Uint8Array {
  const rest = text.slice(1);
  if (text.startsWith("t")) return new TextEncoder().encode(rest);
  return Uint8Array.from(rest, (char) => char.charCodeAt(0));
}

/** A store in this page's localStorage. It holds about 5 MB for all of the site; {@link indexedDB} holds far more. */
export function localStorage(options: LocalStorageOptions = {}): Store {
  return new LocalStorageFiles(options);
}
