// Syncs an open document with its stores: when it is asked to, after edits, and now and then. Knows when; how is the
// engine's business.

import type { Engine } from "../document/engine.js";
import { MiniSyncError } from "../error.js";
import type { Session } from "../save/session.js";
import type { Store } from "../storage/store.js";
import { loadSync, type SyncParts } from "./load.js";

/** What a round of sync with one store did. */
export interface SyncReport {
  /** The store. */
  readonly url: string;
  /** What came, by the client that published it. */
  readonly received: readonly { readonly client: string; readonly label: string; readonly changes: number }[];
  /** What went; null if there was nothing new. */
  readonly sent: { readonly changes: number; readonly bytes: number; readonly whole: boolean } | null;
  /** Clients of whom something could not be had; it is tried again. */
  readonly skipped: readonly { readonly client: string; readonly reason: string }[];
  /** Where values lost against others, and none had before. */
  readonly conflicts: readonly (readonly (string | number)[])[];
  /** What a person should know. */
  readonly warnings: readonly string[];
}

/** How the document stands to its stores. */
export type SyncStatus =
  | { readonly state: "off" }
  | { readonly state: "syncing" }
  | { readonly state: "synced"; readonly reports: readonly SyncReport[] }
  | { readonly state: "error"; readonly error: MiniSyncError };

/** So many milliseconds after an edit was saved it is published, so that what follows goes along. */
const AFTER_EDIT = 1000;
/** Between the tries to sync while another tab does. */
const WHILE_BUSY = 100;
/** After an error, at first; twice as long each time. */
const FIRST_PAUSE = 5000;
const LONGEST_PAUSE = 5 * 60_000;

/** What a syncer is made of. */
export interface SyncerParts {
  readonly engine: Engine;
  readonly session: Session;
  readonly stores: readonly Store[];
  /** What others see this one called. */
  readonly label: string | undefined;
  /** Milliseconds between rounds; null: only when asked. */
  readonly every: number | null;
  readonly onStatus: (status: SyncStatus) => void;
}

/** Keeps one document in sync. */
export class Syncer {
  readonly #parts: SyncerParts;
  #status: SyncStatus = { state: "off" };
  #running: Promise<SyncReport[]> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isClosed = false;
  /** What is loaded when the document syncs for the first time. */
  #loaded: SyncParts | undefined;

  constructor(parts: SyncerParts) {
    this.#parts = parts;
  }

  get status(): SyncStatus {
    return this.#status;
  }

  /** Begins to sync by itself. */
  start(): void {
    if (this.#parts.every !== null) this.#plan(0);
  }

  /** Takes note that edits were saved, which nobody else has yet. */
  edited(): void {
    if (this.#parts.every !== null && this.#failures === 0) this.#plan(Math.min(AFTER_EDIT, this.#parts.every));
  }

  /** The page can be seen again, or the network is back. */
  wake(): void {
    this.#failures = 0;
    if (this.#parts.every !== null) this.#plan(0);
  }

  /** Syncs with all stores now. Rejects if one of them fails, when all were tried. */
  sync(): Promise<SyncReport[]> {
    // What was edited after the round under way began may have missed it.
    const before = this.#running?.catch(() => {});
    const own = Promise.resolve(before)
      .then(() => this.#round())
      .finally(() => {
        if (this.#running === own) this.#running = undefined;
      });
    this.#running = own;
    return own;
  }

  /** Stops; waits for a round that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running?.catch(() => {});
  }

  async #round(): Promise<SyncReport[]> {
    const { session, stores } = this.#parts;
    clearTimeout(this.#timer);
    this.#tell({ state: "syncing" });
    try {
      await this.#load();
      let results: readonly (SyncReport | { readonly failure: unknown })[] | undefined;
      while (results === undefined) {
        results = await session.exclusively("sync", async () => {
          // Another tab may have synced since.
          await session.refresh();
          return Promise.all(
            stores.map((store, index) =>
              this.#syncWith(store, store.url ?? `store:${index}`).catch((failure: unknown) => ({ failure })),
            ),
          );
        });
        if (results === undefined) await new Promise((resolve) => setTimeout(resolve, WHILE_BUSY));
      }
      const reports = results.map((result) => {
        if ("failure" in result) throw result.failure;
        return result;
      });
      this.#failures = 0;
      this.#tell({ state: "synced", reports });
      this.#plan(this.#parts.every);
      return reports;
    } catch (cause) {
      const error = cause instanceof MiniSyncError ? cause : new MiniSyncError("storage", `sync failed: ${String(cause)}`, { cause });
      this.#tell({ state: "error", error });
      if (this.#parts.every !== null && error.code !== "broken") {
        this.#plan(error.retryAfter ?? Math.min(FIRST_PAUSE * 2 ** this.#failures++, LONGEST_PAUSE));
      }
      throw error;
    }
  }

  async #load(): Promise<void> {
    if (this.#loaded !== undefined) return;
    const loaded = await loadSync();
    const { engine, session, label } = this.#parts;
    engine.addSync(loaded.instantiateEngine);
    session.beginSync(label);
    this.#loaded = loaded;
  }

  async #syncWith(store: Store, url: string): Promise<SyncReport> {
    const { engine, session } = this.#parts;
    const machine = Number(engine.text("syncBegin", JSON.stringify([url])));
    const { runMachine } = this.#loaded as SyncParts;
    const report = await runMachine(engine, machine, store, {
      onCommit: (commit) => engine.tell(commit, "remote"),
      save: async () => {
        // What is about to be published has to be saved before; and after it, what the engine knows of that.
        await session.saver.whenSaved();
        await session.writeText("sync", engine.text("syncState", "[]"));
      },
    });
    return Object.freeze({ url, ...(report as Omit<SyncReport, "url">) });
  }

  #plan(pause: number | null): void {
    clearTimeout(this.#timer);
    if (pause === null || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      // A page that nobody sees leaves it to those that are seen.
      if (typeof document === "object" && document.visibilityState === "hidden") this.#plan(this.#parts.every);
      else this.sync().catch(() => {});
    }, pause);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  #tell(status: SyncStatus): void {
    this.#status = Object.freeze(status);
    this.#parts.onStatus(this.#status);
  }
}
