// A store in memory: for tests, for trying things out, and for documents that are not to be kept.

import { processCoordinator, type Coordinator } from "./coordinator.js";
import type { Entry, Store } from "./store.js";

/** See {@link memory}. */
export class MemoryFiles implements Store {
  /** The files, by path. */
  readonly files = new Map<string, Uint8Array>();
  readonly coordinator: Coordinator = processCoordinator();
  #writes = 0;
  readonly #etags = new Map<string, string>();

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.files.get(path)?.slice();
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    this.files.set(path, bytes.slice());
    this.#etags.set(path, String(++this.#writes));
  }

  async list(folder: string): Promise<Entry[]> {
    const start = `${folder}/`;
    const entries = new Map<string, Entry>();
    for (const [path, bytes] of this.files) {
      if (!path.startsWith(start)) continue;
      const [name, below] = path.slice(start.length).split("/", 2) as [string, string?];
      const etag = this.#etags.get(path) ?? "";
      entries.set(name, below === undefined ? { name, size: bytes.length, etag } : { name, isFolder: true });
    }
    return [...entries.values()];
  }

  async delete(path: string): Promise<void> {
    this.files.delete(path);
    this.#etags.delete(path);
  }
}

/**
 * A store in memory, that lasts as long as it is referred to. Two documents that are opened in the same one meet as tabs
 * do.
 *
 * ```ts
 * import { memory, open } from "minisync";
 *
 * const store = memory();
 * const one = await open("list", { defaults: { items: [] }, save: store });
 * const two = await open("list", { defaults: { items: [] }, save: store });
 * one.change((d) => d.items.push("milk"));
 * await one.saved();
 * ```
 */
export function memory(): MemoryFiles {
  return new MemoryFiles();
}
