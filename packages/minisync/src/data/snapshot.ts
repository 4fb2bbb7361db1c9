// The document as plain data that never changes: after a change only the objects and arrays on the way to it are new,
// all others stay the same ones. Knows patches, and nothing of where they come from.

import type { Patch } from "../boundary/exports.js";
import { deepFreeze, development } from "./freeze.js";
import { Revision } from "./revision.js";

/** Where a snapshot gets what patches do not tell. */
export interface Source {
  /** The whole document, as fresh plain data. From now on, every change has to be handed to `follow`. */
  load(): unknown;
  /** The keys of the object at a place, in the document's order. */
  keys(path: readonly (string | number)[]): string[] | undefined;
}

/** So many patches that nobody asked about are applied at once, rather than kept. */
const WAITING = 1000;

/** Plain data that follows a document. It is made when somebody first looks, and brought up to date on each look. */
export class Snapshot {
  readonly #source: Source;
  #data: unknown;
  #isLoaded = false;
  #waiting: Patch[] = [];
  /** Whether patches that wait came from elsewhere, so that new keys need not stand last. */
  #mayReorder = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Whether somebody has looked, so that changes have to be followed. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** The data of now. The same object as before, if nothing has changed. */
  get data(): unknown {
    if (!this.#isLoaded) {
      this.#data = this.#source.load();
      if (development) deepFreeze(this.#data);
      this.#isLoaded = true;
    } else if (this.#waiting.length > 0) {
      this.#apply();
    }
    return this.#data;
  }

  /**
   * Takes note of changes.
   *
   * @param keysStandLast Whether keys that the patches add stand behind all others of their objects: true of plain
   *   edits; merges and undo may bring a key back to its old place.
   */
  follow(patches: readonly Patch[], keysStandLast: boolean): void {
    if (!this.#isLoaded) return;
    for (const patch of patches) this.#waiting.push(patch);
    this.#mayReorder ||= !keysStandLast;
    if (this.#waiting.length > WAITING) this.#apply();
  }

  #apply(): void {
    const revision = new Revision(this.#data);
    for (const patch of this.#waiting) revision.apply(patch);
    if (this.#mayReorder) revision.reorder((path) => this.#source.keys(path));
    this.#waiting = [];
    this.#mayReorder = false;
    this.#data = revision.finish();
  }
}
