// A document while it is open: which slot of the device it is, what it saves, and what the tabs beside it save. Knows
// stores and the document's change sets; does not know what apps see.

import type { Engine } from "../document/engine.js";
import { MiniSyncError } from "../error.js";
import { type Channel, type Coordinator, coordinatorOf } from "../storage/coordinator.js";
import type { Store } from "../storage/store.js";
import { Journal, type ReadFile } from "./journal.js";
import { Saver } from "./saver.js";
import { readClient, type Slot, takeSlot } from "./slot.js";
import { Source } from "./source.js";
import type { SaveStatus } from "./status.js";

/** What was found when a document was opened. */
export interface Found {
  /** Its change sets, as texts; none where nothing was saved. */
  readonly changes: readonly string[];
  /** The client of this slot; undefined where it has none yet. */
  readonly client: string | undefined;
  /** The undo history of this slot, as text. Half of one, from a crash, is dropped when it is restored. */
  readonly undo: string | undefined;
  /** What the sync engine remembers, as this slot's client. */
  readonly sync: string | undefined;
}

/** After a save, the undo history is saved too: not with each one, since it may be long. In milliseconds. */
const UNDO_PAUSE = 300;

/** What a session is made of. */
interface Parts {
  readonly coordinator: Coordinator;
  readonly name: string;
  readonly randomName: () => string;
  readonly journal: Journal;
  readonly slot: Slot;
  readonly files: readonly ReadFile[];
  readonly found: Found;
}

/** An open document's place in its store. */
export class Session {
  readonly found: Found;
  readonly #coordinator: Coordinator;
  readonly #name: string;
  readonly #randomName: () => string;
  readonly #journal: Journal;
  #slot: Slot;
  readonly #files: readonly ReadFile[];
  readonly #channel: Channel;
  #source: Source | undefined;
  #saver: Saver | undefined;
  #refreshing: Promise<void> | undefined;
  #undoTimer: ReturnType<typeof setTimeout> | undefined;
  #savedUndo = "";
  #keepsUndo = false;

  private constructor(parts: Parts) {
    this.found = parts.found;
    this.#coordinator = parts.coordinator;
    this.#name = parts.name;
    this.#randomName = parts.randomName;
    this.#journal = parts.journal;
    this.#slot = parts.slot;
    this.#files = parts.files;
    this.#channel = parts.coordinator.channel(`${parts.name}/saved`, (message) => this.#hear(message));
  }

  /** Takes a slot, and reads what was saved. */
  static async begin(store: Store, name: string, randomName: () => string): Promise<Session> {
    const coordinator = coordinatorOf(store);
    const slot = await takeSlot(coordinator, name, randomName);
    try {
      const journal = new Journal(store, name);
      const files = await journal.readNew();
      const isNew = files.length === 0;
      const client = isNew ? undefined : await readClient(journal, slot.name, coordinator.location);
      const read = async (kind: string): Promise<string | undefined> =>
        client === undefined ? undefined : journal.readText(`${kind}-${slot.name}.json`);
      const [undo, sync] = await Promise.all([read("undo"), read("sync")]);
      const found = { changes: files.map((file) => file.changes), client, undo, sync };
      return new Session({ coordinator, name, randomName, journal, slot, files, found });
    } catch (error) {
      await slot.release();
      throw error;
    }
  }

  /** From now on, the document that was made of what was found is saved. */
  follow(engine: Engine, keepsUndo: boolean, onStatus: (status: SaveStatus) => void): void {
    const source = new Source(engine);
    this.#source = source;
    this.#keepsUndo = keepsUndo;
    // The history as it is: it need not be saved before it changes.
    if (keepsUndo) this.#savedUndo = source.undoHistory();
    this.#saver = this.#makeSaver(source, this.found.client, (status) => {
      if (status.state === "saved") this.#saveUndoSoon();
      onStatus(status);
    });
    this.#saver.accept(this.#files);
    engine.afterCommit = () => this.#saver?.changed();
    // What others saved while the document was made of what was read.
    this.refresh().catch(() => {});
  }

  /** Hands the sync engine what it remembers. */
  beginSync(label: string | undefined): void {
    this.#source?.beginSync(this.found.sync, label);
  }

  get saver(): Saver {
    if (this.#saver === undefined) throw new MiniSyncError("refused", "the document is not open yet");
    return this.#saver;
  }

  get slot(): string {
    return this.#slot.name;
  }

  /** Takes in what other tabs have saved. */
  refresh(): Promise<void> {
    // A refresh that is under way may have listed too early; one that waits for it will not.
    const after = this.#refreshing ?? Promise.resolve();
    const own = after
      .catch(() => {})
      .then(() => this.#readNew())
      .finally(() => {
        if (this.#refreshing === own) this.#refreshing = undefined;
      });
    this.#refreshing = own;
    return own;
  }

  /** A file beside the document's, of this slot. */
  readText(kind: string): Promise<string | undefined> {
    return this.#journal.readText(`${kind}-${this.#slot.name}.json`);
  }

  writeText(kind: string, text: string): Promise<void> {
    return this.#journal.writeText(`${kind}-${this.#slot.name}.json`, text);
  }

  /** Runs a task unless another tab runs one of this name. @returns undefined if one does */
  async exclusively<T>(task: string, run: () => Promise<T>): Promise<T | undefined> {
    const lock = await this.#coordinator.tryLock(`${this.#name}/${task}`);
    if (lock === undefined) return undefined;
    try {
      return await run();
    } finally {
      await lock.release();
    }
  }

  /** Sends everything on its way, for the page may be gone when this returns. */
  hide(): void {
    this.#saver?.saveNow();
    void this.#saveUndo();
  }

  /** Goes on after the page was hidden, frozen or put aside. */
  async wake(): Promise<void> {
    if (!(await this.#slot.isHeld())) await this.#moveOn();
    await this.refresh();
  }

  /** Ends it, when everything is saved, or cannot be. */
  async close(): Promise<void> {
    this.#channel.close();
    clearTimeout(this.#undoTimer);
    try {
      await this.#saver?.whenSaved();
      await this.#saveUndo();
    } finally {
      this.#saver?.close();
      await this.#slot.release();
    }
  }

  /** The slot was lost, so somebody else may write under its client: this goes on as another one. */
  async #moveOn(): Promise<void> {
    await this.#slot.release();
    this.#slot = await takeSlot(this.#coordinator, this.#name, this.#randomName);
    this.#source?.goOnAs(this.#randomName());
    this.#saver?.moveTo(this.#slot.name);
  }

  #makeSaver(source: Source, client: string | undefined, onStatus: (status: SaveStatus) => void): Saver {
    return new Saver({
      source,
      journal: this.#journal,
      slot: this.#slot.name,
      client,
      location: this.#coordinator.location,
      onStatus,
      onWritten: (name) => this.#channel.post(name),
    });
  }

  /** Another tab says that it has written a file. */
  #hear(message: unknown): void {
    if (typeof message !== "string" || this.#saver === undefined) return;
    this.#take(message).catch(() => this.refresh().catch(() => {}));
  }

  async #take(name: string): Promise<void> {
    const file = await this.#journal.readOne(name);
    if (file !== undefined) this.#saver?.merge([file]);
  }

  async #readNew(): Promise<void> {
    const files = await this.#journal.readNew();
    if (files.length > 0) this.#saver?.mergeInAnyOrder(files);
  }

  #saveUndoSoon(): void {
    clearTimeout(this.#undoTimer);
    this.#undoTimer = setTimeout(() => void this.#saveUndo(), UNDO_PAUSE);
    (this.#undoTimer as { unref?: () => void }).unref?.();
  }

  /** Saves the undo history. It is of use only with what was saved before it, and a loss of it is no loss of data. */
  async #saveUndo(): Promise<void> {
    if (!this.#keepsUndo || this.#source === undefined) return;
    try {
      const history = this.#source.undoHistory();
      if (history === this.#savedUndo) return;
      this.#savedUndo = history;
      await this.writeText("undo", history);
    } catch {
      this.#savedUndo = "";
    }
  }
}
