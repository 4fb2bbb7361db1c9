// A document that is saved by itself, and synced if it is told where. Knows sessions and sync; not how either works.

import { Document, type Beginning } from "../document/document.js";
import type { DocumentEvents } from "../document/engine.js";
import type { Events } from "../document/events.js";
import type { Options } from "../document/options.js";
import { MiniSyncError } from "../error.js";
import type { Session } from "../save/session.js";
import type { SaveStatus } from "../save/status.js";
import { type SyncReport, Syncer, type SyncStatus } from "../sync/syncer.js";
import type { CheckedOptions } from "./options.js";
import { followPage } from "./page.js";

/** The events of an open document, beside those of every document. */
export interface OpenEvents extends DocumentEvents {
  /** The status changed. */
  status: SaveStatus;
  /** There is no room left to save; the status is the same error. Told once, until a save works again. */
  quota: MiniSyncError;
  /** The sync status changed. */
  sync: SyncStatus;
}

const MINUTE = 60_000;

/** A document that was opened: edits are saved by themselves, tabs see each other's. */
export class OpenDocument<T = any> extends Document<T, OpenEvents> {
  protected override readonly eventNames: readonly (keyof OpenEvents)[] = ["change", "invalid", "overruled", "renewal", "status", "quota", "sync"];
  readonly #session: Session;
  readonly #syncer: Syncer | undefined;
  readonly #leavePage: () => void;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(beginning: Beginning, options: Options, session: Session, { sync, syncEvery = MINUTE, label }: CheckedOptions) {
    super(beginning, options, "open");
    this.#session = session;
    session.follow(this.engine, options.undo !== false, (status) => this.#tell(status));
    if (sync.length > 0) {
      const events = this.engine.events as unknown as Events<OpenEvents>;
      const onStatus = (status: SyncStatus): void => events.tell("sync", status);
      this.#syncer = new Syncer({ engine: this.engine, session, stores: sync, label, every: syncEvery, onStatus });
      this.#syncer.start();
    }
    this.#leavePage = followPage({ onHide: () => session.hide(), onWake: () => void this.#wake().catch(() => {}) });
  }

  /** Whether all edits are saved; if not, why not. `on("status", …)` tells when it changes. */
  get status(): SaveStatus {
    return this.#session.saver.status;
  }

  /** Resolves when everything that was edited so far is saved; rejects if that fails. */
  saved(): Promise<void> {
    return this.#session.saver.whenSaved();
  }

  /** How the document stands to the stores it is synced with. `on("sync", …)` tells when it changes. */
  get syncStatus(): SyncStatus {
    return this.#syncer?.status ?? { state: "off" };
  }

  /**
   * Syncs now: takes in what others published, and publishes what is new. Rejects if a store fails.
   *
   * @returns what happened, for each store
   */
  sync(): Promise<SyncReport[]> {
    if (this.#syncer === undefined) {
      throw new MiniSyncError("refused", "sync: this document was opened without a store to sync with; open it with sync: [folder(…)]");
    }
    return this.#syncer.sync();
  }

  /**
   * Saves what is not saved yet, and closes the document: it can be read, but no more be edited. If the save fails, it is
   * closed all the same, and the promise is rejected.
   */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.engine.isClosed = true;
      this.#leavePage();
      this.#closing = Promise.resolve(this.#syncer?.close()).then(() => this.#session.close());
    }
    return this.#closing;
  }

  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #wake(): Promise<void> {
    await this.#session.wake();
    this.#syncer?.wake();
  }

  #isFull = false;

  #tell(status: SaveStatus): void {
    const events = this.engine.events as unknown as Events<OpenEvents>;
    events.tell("status", status);
    if (status.state === "saved") {
      this.#isFull = false;
      this.#syncer?.edited();
    }
    if (status.state !== "error" || status.error.code !== "quota" || this.#isFull) return;
    this.#isFull = true;
    events.tell("quota", status.error);
  }
}
