// A folder as a store, for Node, Bun and Deno: also one that Syncthing, Dropbox or a USB stick carries around. Pages never
// load this file. Knows no document.

import { open as openFile, mkdir, readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MiniSyncError, shown } from "../error.js";
import type { Coordinator, Lock } from "./coordinator.js";
import { lockHolder, tryProcessLock } from "./process-lock.js";
import { encodeName, type Entry, type Store } from "./store.js";

/** Temporary files of so many milliseconds are left over from a crash. */
const DAY = 24 * 3600 * 1000;

class Folder implements Store {
  readonly coordinator: Coordinator;
  readonly url: string;
  readonly #root: string;
  #writes = 0;

  constructor(path: string) {
    this.#root = resolve(path);
    this.url = pathToFileURL(this.#root).href;
    this.coordinator = new FolderCoordinator(this.#root);
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return unlessMissing(readFile(this.#path(path)));
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const target = this.#path(path);
    const folder = dirname(target);
    await makeFolder(folder);
    const temporary = join(folder, `~${basename(target)}.${process.pid}-${++this.#writes}`);
    try {
      await writeDurably(temporary, bytes);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    await syncFolder(folder);
  }

  async list(folder: string): Promise<Entry[]> {
    const place = this.#path(folder);
    const found = (await unlessMissing(readdir(place, { withFileTypes: true }))) ?? [];
    const entries = await Promise.all(
      found.map(async (entry): Promise<Entry | undefined> => {
        if (entry.isDirectory()) return { name: entry.name, isFolder: true };
        const file = join(place, entry.name);
        const about = await unlessMissing(stat(file, { bigint: true }));
        if (about === undefined) return undefined;
        const isLeftOver = entry.name.startsWith("~") && Date.now() - Number(about.mtimeMs) > DAY;
        if (isLeftOver) await rm(file, { force: true }).catch(() => {});
        return entry.name.startsWith("~") ? undefined : { name: entry.name, size: Number(about.size), etag: `${about.mtimeNs}` };
      }),
    );
    return entries.filter((entry) => entry !== undefined);
  }

  async delete(path: string): Promise<void> {
    await rm(this.#path(path), { force: true });
  }

  /** The file of a path in the store, which cannot lead out of the folder. */
  #path(path: string): string {
    const parts = path.split("/");
    if (parts.some((part) => part === "" || part === "." || part === ".." || /[\\:\0]/.test(part))) {
      throw new MiniSyncError("invalid-argument", `${shown(path)} is no path in a store: it has to consist of plain names`);
    }
    return join(this.#root, ...parts);
  }
}

/** Only one process may have a document open; it is found by a file with a lock in it. */
class FolderCoordinator implements Coordinator {
  readonly canLock = true;
  readonly #root: string;
  #location: string | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** The machine and the path, by which a copy of the folder is known. */
  get location(): string {
    return this.#location ?? `${hostname()}:${this.#root}`;
  }

  async tryLock(name: string): Promise<Lock | undefined> {
    const [document, task] = splitName(name);
    await makeFolder(join(this.#root, "save", document));
    // Links may lead to the same folder by several ways.
    this.#location = `${hostname()}:${await realpath(this.#root)}`;
    return tryProcessLock(this.#file(document, task));
  }

  channel(): { post(): void; close(): void } {
    return { post() {}, close() {} };
  }

  async busy(document: string): Promise<string> {
    const holder = await lockHolder(this.#file(encodeName(document), "slot-0"));
    const who = holder === undefined ? "another process" : `process ${holder.process} on ${holder.host}`;
    return `the document ${JSON.stringify(document)} in ${this.#root} is open in ${who}; close it there first`;
  }

  #file(document: string, task: string): string {
    return join(this.#root, "save", document, `${task}.lock`);
  }
}

/** Lock names are those of a document and, behind the last slash, of what is locked. */
function splitName(name: string): [document: string, task: string] {
  const at = name.lastIndexOf("/");
  return [encodeName(name.slice(0, at)), encodeName(name.slice(at + 1))];
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes a folder, and brings its entry in the one above to the disk. */
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined) await syncFolder(dirname(made));
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await openFile(file, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Brings renames in a folder to the disk, where the system can (Windows cannot). */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await openFile(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * A folder as a store. To save in it: one process at a time may have a document open. To sync through it: as many as like,
 * with the command `minisync` too.
 *
 * ```ts
 * import { open } from "minisync";
 * import { folder } from "minisync/storage/folder";
 *
 * const board = await open("board", { defaults: { cards: [] }, save: folder("./data") });
 * await board.close();
 * ```
 */
export function folder(path: string): Store {
  if (typeof path !== "string" || path === "") {
    throw new MiniSyncError("invalid-argument", `folder: the path is ${shown(path)}; it has to be a text, as folder("./data")`);
  }
  return new Folder(path);
}
