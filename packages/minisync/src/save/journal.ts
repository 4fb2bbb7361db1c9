// The files in which a document is saved: full change sets, and deltas of what came after. Knows a store, and nothing of
// documents or of when to save.
//
//   12-0-full.json   13-0-delta.json   14-1-delta.json   15-0-delta.json
//
// A file is written once, under a name that nobody else uses, so tabs need no locks to write beside each other. Whoever
// writes a file that holds all that is in others deletes those *afterwards*. So at any moment, also after a crash, the
// files together hold all that was ever saved; some of it perhaps twice, which does no harm.

import { decode, encode } from "../boundary/utf8.js";
import { MiniSyncError } from "../error.js";
import type { Store } from "../storage/store.js";
import { parseSaveFile, type SaveFile, saveFile, saveFolder } from "./file-name.js";

/** The number of this layout. A later version of the package that changes it counts on. */
const LAYOUT = 1;

/** So often a listing is repeated while others replace the files in it. */
const ATTEMPTS = 20;

/** A file that was read, and is to be merged. */
export interface ReadFile {
  readonly file: SaveFile;
  /** The change set, as text. */
  readonly changes: string;
}

/** The files of one document, as one tab sees them. */
export class Journal {
  readonly #store: Store;
  readonly #folder: string;
  /** The files that are there and whose content is in the document, with their sizes. */
  readonly #known = new Map<string, SaveFile & { readonly size: number }>();
  #sequence = 0;
  #isMarked = false;

  constructor(store: Store, document: string) {
    this.#store = store;
    this.#folder = saveFolder(document);
  }

  /** The files that are there and whose content is in the document. */
  get files(): readonly (SaveFile & { readonly size: number })[] {
    return [...this.#known.values()];
  }

  /** The files whose content is not in the document yet. Once it is, they have to be {@link accept}ed. */
  async readNew(): Promise<ReadFile[]> {
    const read = new Map<string, ReadFile>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const names = new Set((await this.#store.list(this.#folder)).map((entry) => entry.name));
      if (names.has("format.json")) await this.#checkFormat();
      for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
      const files = [...names].flatMap((name) => parseSaveFile(name) ?? []);
      const open = files.filter(({ name }) => !this.#known.has(name) && !read.has(name));
      const contents = await Promise.all(open.map((file) => this.#read(file)));
      for (const content of contents) if (content !== undefined) read.set(content.file.name, content);
      // What is missing was replaced meanwhile by a file that holds more: look again.
      if (!contents.includes(undefined)) return [...read.values()];
    }
    throw new MiniSyncError("storage", `the files in ${this.#folder} change faster than they can be read; try again`);
  }

  /** A file that another tab says it has written; undefined if its content is known, or it is gone already. */
  async readOne(name: string): Promise<ReadFile | undefined> {
    const file = parseSaveFile(name);
    return file === undefined || this.#known.has(name) ? undefined : this.#read(file);
  }

  /** Notes that the content of files is in the document. */
  accept(files: readonly ReadFile[]): void {
    for (const { file, changes } of files) this.#known.set(file.name, { ...file, size: changes.length });
  }

  /** Saves a change set. The write is on its way when this returns, and done when the promise is. */
  write(slot: string, changes: string, isFull: boolean): Promise<SaveFile> {
    const file = saveFile(++this.#sequence, slot, isFull);
    const bytes = encode(changes);
    const mark = this.#isMarked ? undefined : this.#mark();
    const written = this.#store.write(`${this.#folder}/${file.name}`, bytes);
    return Promise.all([written, mark]).then(() => {
      this.#known.set(file.name, { ...file, size: changes.length });
      return file;
    });
  }

  /** Whether a full change set is there. If not, the files were deleted by somebody else. */
  async hasFull(): Promise<boolean> {
    const names = (await this.#store.list(this.#folder)).map((entry) => entry.name);
    if (names.some((name) => parseSaveFile(name)?.isFull)) return true;
    this.#known.clear();
    this.#isMarked = false;
    return false;
  }

  /** Deletes files whose content `by` holds too. */
  async replace(names: Iterable<string>, by: SaveFile): Promise<void> {
    for (const name of names) {
      if (name === by.name) continue;
      await this.#store.delete(`${this.#folder}/${name}`);
      this.#known.delete(name);
    }
  }

  /** A file beside the change sets, as text. */
  async readText(name: string): Promise<string | undefined> {
    const bytes = await this.#store.read(`${this.#folder}/${name}`);
    return bytes === undefined || bytes === null ? undefined : decode(bytes);
  }

  writeText(name: string, text: string): Promise<void> {
    return this.#store.write(`${this.#folder}/${name}`, encode(text));
  }

  async #read(file: SaveFile): Promise<ReadFile | undefined> {
    const bytes = await this.#store.read(`${this.#folder}/${file.name}`);
    this.#sequence = Math.max(this.#sequence, file.sequence);
    return bytes === undefined || bytes === null ? undefined : { file, changes: decode(bytes) };
  }

  async #mark(): Promise<void> {
    const text = JSON.stringify({ _minisync: { dataType: "SAVE", version: LAYOUT } });
    await this.writeText("format.json", text);
    this.#isMarked = true;
  }

  async #checkFormat(): Promise<void> {
    if (this.#isMarked) return;
    const text = await this.readText("format.json");
    let version: unknown;
    try {
      version = text === undefined ? LAYOUT : (JSON.parse(text) as { _minisync?: { version?: unknown } })._minisync?.version;
    } catch {
      // Half a file, from a crash: it is written anew.
      return;
    }
    if (typeof version !== "number" || version > LAYOUT) {
      throw new MiniSyncError(
        "newer-version",
        `${this.#folder} was written by a newer version of minisync (layout ${String(version)}, this one knows ${LAYOUT}); ` +
          "update the package, or reload the page. Nothing was changed",
      );
    }
    this.#isMarked = true;
  }
}
