// Saves a document after each change: what is new as one more file, everything now and then. Knows the journal and the
// document's change sets; does not know of tabs or pages.

import { MiniSyncError } from "../error.js";
import type { Journal, ReadFile } from "./journal.js";
import { writeClient } from "./slot.js";
import type { Source } from "./source.js";
import { saveError, type SaveStatus } from "./status.js";
import { covers, joined, versionOf, type VersionVector } from "./version.js";

/** So many deltas are made one. */
const MOST_DELTAS = 64;
/** Deltas of so many bytes are never worth writing everything anew; those of so many always. */
const SMALL = 64 * 1024;
const LARGE = 1024 * 1024;
/** After so many milliseconds a failed save is tried again, later twice as many each time. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/** At most so often it is looked whether the files are still there. */
const LOOK_PAUSE = 1000;

/** What a saver is made of. */
export interface SaverParts {
  readonly source: Source;
  readonly journal: Journal;
  /** The slot of this tab. */
  readonly slot: string;
  /** The client that is noted in the slot; undefined where none is. */
  readonly client: string | undefined;
  readonly location: string | undefined;
  /** Called when the status changes. */
  readonly onStatus: (status: SaveStatus) => void;
  /** Called when a file was written. */
  readonly onWritten: (name: string) => void;
}

/** Saves one document. */
export class Saver {
  readonly #parts: SaverParts;
  #status: SaveStatus = { state: "saved" };
  /** What is in files. */
  #saved: VersionVector = {};
  /** What is in one of the full files. */
  #full: VersionVector | undefined;
  /** The client under which the document was saved last. */
  #client: string | undefined;
  /** Whether it is noted in the slot. */
  #isNoted: boolean;
  #slot: string;
  #isDirty = false;
  #isMerging = false;
  #isRunning = false;
  #isClosed = false;
  #failures = 0;
  #lastLook = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(parts: SaverParts) {
    this.#parts = parts;
    this.#client = parts.client;
    this.#isNoted = parts.client !== undefined;
    this.#slot = parts.slot;
  }

  get status(): SaveStatus {
    return this.#status;
  }

  /** Takes note of files whose content is in the document. */
  accept(files: readonly ReadFile[]): void {
    for (const { file, changes } of files) {
      const version = versionOf(changes);
      this.#saved = joined(this.#saved, version);
      if (file.isFull) this.#full = version;
    }
    this.#parts.journal.accept(files);
  }

  /** Merges files that other tabs wrote. */
  merge(files: readonly ReadFile[]): void {
    const { source } = this.#parts;
    this.#isMerging = true;
    try {
      source.merge(files.map((file) => file.changes));
    } finally {
      this.#isMerging = false;
    }
    this.accept(files);
    // A merge can show that another copy writes under this id: then everything has another one now.
    if (this.#client !== undefined && source.client() !== this.#client) this.changed();
  }

  /** The same, where it is not known which builds on which. */
  mergeInAnyOrder(files: readonly ReadFile[]): void {
    let open = [...files].sort((one, other) => one.file.sequence - other.file.sequence);
    while (open.length > 0) {
      const late: ReadFile[] = [];
      let refusal: unknown;
      for (const file of open) {
        try {
          this.merge([file]);
        } catch (error) {
          if (!(error instanceof MiniSyncError) || error.code !== "missing-changes") throw error;
          late.push(file);
          refusal = error;
        }
      }
      if (late.length === open.length) throw refusal;
      open = late;
    }
  }

  /** From now on, another slot is this tab's. */
  moveTo(slot: string): void {
    this.#slot = slot;
    this.#isNoted = false;
  }

  /** Takes note that the document has changed, and saves it. */
  changed(): void {
    if (this.#isMerging || this.#isClosed) return;
    this.#isDirty = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#tell({ state: "saving" });
    // Edits that follow each other without a pause are saved together.
    queueMicrotask(() => void this.#run());
  }

  /** Resolves when all that was edited so far is saved; rejects if that fails. */
  whenSaved(): Promise<void> {
    if (this.#status.state === "saved") return Promise.resolve();
    if (this.#status.state === "error") this.changed();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Sends what is not saved yet on its way before this returns: the page may be gone afterwards. */
  saveNow(): void {
    if (this.#status.state === "saved") return;
    this.#write().catch(() => {});
  }

  /** Stops; what was not saved is not. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      while (this.#isDirty && !this.#isClosed) {
        this.#isDirty = false;
        await this.#write();
        await this.#tidy();
      }
    } catch (error) {
      this.#isDirty = true;
      this.#isRunning = false;
      this.#fail(error);
      return;
    }
    this.#isRunning = false;
    this.#failures = 0;
    this.#tell({ state: "saved" });
  }

  /** Saves what is not in files. Until the first `await` nothing can come in between, and the writes are on their way. */
  async #write(): Promise<void> {
    const { source, journal, location, onWritten } = this.#parts;
    const slot = this.#slot;
    const client = source.client();
    const version = source.version();
    // Under another id, own writes that were saved before may have other names now.
    const isRenewed = this.#client !== undefined && this.#client !== client;
    if (!isRenewed && covers(this.#saved, version)) return;
    const isFull = isRenewed || this.#full === undefined;
    const replaced = isRenewed ? journal.files.map((file) => file.name) : [];
    const noted = this.#isNoted && !isRenewed ? undefined : writeClient(journal, slot, client, location);
    const written = journal.write(slot, isFull ? source.changes() : source.changesSince(this.#saved), isFull);
    const [file, isLost] = await Promise.all([written, this.#isLost(), noted]);
    this.#client = client;
    this.#isNoted = true;
    this.#saved = isRenewed ? version : joined(this.#saved, version);
    if (isFull) this.#full = version;
    onWritten(file.name);
    await journal.replace(replaced, file);
    if (isLost && !isFull) this.#startAnew();
  }

  /** Whether the files are gone: people can clear a site's storage while its pages are open. */
  async #isLost(): Promise<boolean> {
    if (this.#full === undefined || Date.now() - this.#lastLook < LOOK_PAUSE) return false;
    this.#lastLook = Date.now();
    return !(await this.#parts.journal.hasFull());
  }

  /** Nothing is saved any more: all of it has to be, once again. */
  #startAnew(): void {
    this.#saved = {};
    this.#full = undefined;
    this.#isNoted = false;
    this.#isDirty = true;
  }

  /** Keeps the files few: makes many deltas one, or writes everything anew. */
  async #tidy(): Promise<void> {
    const { source, journal } = this.#parts;
    const deltas = journal.files.filter((file) => !file.isFull);
    const full = journal.files.filter((file) => file.isFull);
    const bytes = deltas.reduce((sum, file) => sum + file.size, 0);
    const largest = full.reduce((most, file) => Math.max(most, file.size), 0);
    const isHeavy = bytes > Math.max(SMALL, Math.min(largest / 2, LARGE)) || full.length > MOST_DELTAS;
    if (!isHeavy && deltas.length < MOST_DELTAS) return;
    const version = source.version();
    const isFull = isHeavy || this.#full === undefined;
    const changes = isFull ? source.changes() : source.changesSince(this.#full ?? {});
    const replaced = (isFull ? journal.files : deltas).map((file) => file.name);
    let file;
    try {
      file = await journal.write(this.#slot, changes, isFull);
    } catch {
      // Everything is saved; there was only no room to tidy up, or no time.
      return;
    }
    this.#saved = joined(this.#saved, version);
    if (isFull) this.#full = version;
    this.#parts.onWritten(file.name);
    await journal.replace(replaced, file).catch(() => {});
  }

  #fail(cause: unknown): void {
    const error = saveError(cause);
    this.#tell({ state: "error", error });
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    // A broken instance stays broken.
    if (this.#isClosed || error.code === "broken") return;
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures++, LONGEST_PAUSE);
    this.#retry = setTimeout(() => this.changed(), pause);
    // A program in Node that has nothing else to do may end.
    (this.#retry as { unref?: () => void }).unref?.();
  }

  #tell(status: SaveStatus): void {
    if (status.state === this.#status.state && status.state !== "error") return;
    this.#status = Object.freeze(status);
    if (status.state === "saved") for (const { resolve } of this.#waiting.splice(0)) resolve();
    this.#parts.onStatus(this.#status);
  }
}
