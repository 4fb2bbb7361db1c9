// The document as saving sees it: what it asks of the engine. Knows nothing of files.

import type { Engine } from "../document/engine.js";
import { MiniSyncError } from "../error.js";
import type { VersionVector } from "./version.js";

/** A document that is saved. */
export class Source {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  client(): string {
    return (this.#engine.read("identity", "[]") as { client: string }).client;
  }

  version(): VersionVector {
    return this.#engine.read("version", "[]") as VersionVector;
  }

  /** A full change set, as text. */
  changes(): string {
    return this.#engine.text("changes", "[]");
  }

  changesSince(version: VersionVector): string {
    return this.#engine.text("changesSince", `[${JSON.stringify(version)}]`);
  }

  /** Merges what other tabs saved: all or nothing. */
  merge(changes: readonly string[]): void {
    this.#engine.commit("merge", `[${changes.join()}]`, "remote");
  }

  /** From now on, this copy writes under another id. */
  goOnAs(client: string): void {
    this.#engine.commit("setClient", `[${JSON.stringify(client)}]`, "local");
  }

  /** Hands the sync engine what was saved of it. Half a record, from a crash, is none: then it looks around anew. */
  beginSync(record: string | undefined, label: string | undefined): void {
    const name = JSON.stringify(label ?? null);
    try {
      this.#engine.text("syncRecord", `[${record ?? "null"},${name}]`);
    } catch (error) {
      if (record === undefined || !(error instanceof MiniSyncError) || error.code === "newer-version" || error.code === "broken") throw error;
      this.#engine.text("syncRecord", `[null,${name}]`);
    }
  }

  /** The undo history, as text; empty where there is none. */
  undoHistory(): string {
    return this.#engine.text("saveUndo", "[]");
  }
}
