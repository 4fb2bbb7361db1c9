// A document: the root's handle, what it exchanges with others, and how apps follow it.

import type { Overruled, Patch } from "../boundary/exports.js";
import { callable, knownOptions, wholeNumberFrom } from "../argument.js";
import { jsonText } from "../data/json.js";
import { recordDraft } from "../draft/record.js";
import { type Issue, MiniSyncError, shown } from "../error.js";
import { SchemaCheck } from "../schema/check.js";
import type { Data, Draft } from "../types/data.js";
import type { AnyPath, PathOf } from "../types/path.js";
import { ArrayHandle } from "./array-handle.js";
import {
  type Changes, type ChangesInput, type ClientState, changesText, idText, type LatestUpdate, type Peer, type Version,
  versionText,
} from "./changes.js";
import { type DocumentEvents, Engine } from "./engine.js";
import type { Events, Unsubscribe } from "./events.js";
import { ObjectHandle } from "./object-handle.js";
import { checkOptions, type Options, optionsText, type UndoOptions } from "./options.js";
import { Peers } from "./peers.js";

/** A value that lost against the visible one, because it was written at the same time. */
export interface Conflict {
  readonly value: unknown;
  /** Who wrote it. */
  readonly client: string;
  /** When: microseconds since 1970. */
  readonly stamp: number;
}

/** What may be forgotten; see {@link Document.forget}. */
export interface ForgetPolicy {
  /** What all known clients are known to have seen; true unless it is said. */
  acknowledged?: boolean;
  /** What is so many milliseconds old; 30 days unless it is said, null: nothing for its age. */
  olderThan?: number | null;
}

/** How a document is made: see `from`, `restore` and `genesis`. */
export type Beginning =
  | { readonly kind: "data" | "defaults"; readonly value: object }
  | { readonly kind: "changes"; readonly value: unknown }
  /** What was saved in parts: full change sets and deltas, as texts, in any order. */
  | { readonly kind: "saved"; readonly value: readonly string[] };

/** A JSON document that is kept in sync. Made by `from`, `restore` or `genesis`. */
export class Document<T = any, E extends DocumentEvents = DocumentEvents> extends ObjectHandle<T> {
  /** The events that there are. */
  protected readonly eventNames: readonly (keyof E)[] = ["change", "invalid", "overruled", "renewal"];
  readonly #peers = new Peers();
  /** Whether own edits are remembered, so that they can be undone. */
  #remembers = false;

  /** @internal */
  constructor(beginning: Beginning, given: unknown, method: string) {
    const options = checkOptions(given, method);
    super(begin(beginning, options, method), undefined);
    this.engine.wrap = (reference) => {
      if (reference.id === undefined) return reference.value;
      return reference.type === "list" ? new ArrayHandle(this.engine, reference.id) : new ObjectHandle(this.engine, reference.id);
    };
    if (options.schema !== undefined) {
      const schema = new SchemaCheck(options.schema, method);
      if (beginning.kind === "data" || beginning.kind === "defaults") schema.refuse(beginning.value, method);
      this.engine.schema = schema;
    }
    if (options.undo) this.#recordUndo(options.undo === true ? {} : options.undo);
  }

  // Identity.

  /** The document's id, the same for all clients. */
  override getID(): string {
    return this.#identity().document;
  }

  /** This client's id. */
  getClientID(): string {
    return this.#identity().client;
  }

  /** Goes on under another client id. */
  setClientID(id: string): void {
    this.engine.commit("setClient", `[${idText(id, "setClientID")}]`, "local");
  }

  /**
   * Goes on under a new random client id. Copies of one saved document that go on side by side merge like any others, but each
   * costs an entry in every version; with an id of its own, a copy is a client of its own.
   */
  renewClientID(): string {
    this.engine.commit("renewClient", "[]", "local");
    return this.getClientID();
  }

  // Exchanging changes.

  /** What this copy has seen, as a text: it changes with every edit and every merge that brings something. */
  getDocVersion(): Version {
    return this.engine.text("version", "[]");
  }

  /** Everything, for new clients and for saving; or with a version what someone lacks who has seen that. */
  getChanges(since?: Version | object | null): Changes {
    return JSON.parse(this.getChangesText(since)) as Changes;
  }

  /**
   * The same as a text, for channels and files: quicker, and numbers that JavaScript cannot hold (from other programs) keep
   * their spelling.
   */
  getChangesText(since?: Version | object | null): string {
    if (since === undefined || since === null) return this.engine.text("changes", "[]");
    return this.engine.text("changesSince", `[${versionText(since, "getChanges")}]`);
  }

  /** What a client lacks, as far as is known here; everything if nothing is known, or no client is named. */
  getChangesForClient(clientID?: string): Changes {
    if (clientID === undefined) return this.getChanges();
    return JSON.parse(this.engine.text("changesFor", `[${idText(clientID, "getChangesForClient")}]`)) as Changes;
  }

  /** Merges a change set. @returns what changed */
  applyChanges(changes: ChangesInput): readonly Patch[] {
    return this.mergeChanges(changes);
  }

  /**
   * Merges change sets, in any order, as often as they come: all of them or, if one is refused, none. Several at once cost
   * about as much as one.
   *
   * @returns what changed
   */
  mergeChanges(...changes: ChangesInput[]): readonly Patch[] {
    const texts = changes.map((one) => changesText(one, "applyChanges"));
    return texts.length === 0 ? [] : (this.engine.commit("merge", `[${texts.join()}]`, "remote").patches ?? []);
  }

  /** A full change set for those who still run the old library, and the places that it cannot say. */
  getChangesV1(): { changes: Changes; leftOut: readonly (readonly (string | number)[])[] } {
    return this.engine.read("changesV1", "[]") as ReturnType<Document["getChangesV1"]>;
  }

  /** What is known of other clients. */
  getClientStates(): ClientState[] {
    const states = this.engine.read("clientStates", "[]") as Record<string, Record<string, number>>;
    const version = this.engine.read("version", "[]") as Record<string, number>;
    const own = this.getClientID();
    const ids = new Set([...Object.keys(states), ...Object.keys(version)].filter((id) => id !== own));
    return [...ids].map((clientID) => ({
      clientID,
      ...(states[clientID] && { lastAcknowledged: JSON.stringify(states[clientID]) }),
      ...(version[clientID] && { lastReceived: JSON.stringify({ [clientID]: version[clientID] }) }),
    }));
  }

  /** Whether this copy has seen all that another client had seen when that was told. */
  isNewerThan(update: LatestUpdate | null | undefined): boolean {
    // Nothing is known, or only what the old library counted: so it may have something new.
    if (!update || /^[0-9A-Za-z^_]{10}$/.test(String(update.version))) return false;
    const order = this.engine.read("compare", `[${versionText(update.version, "isNewerThan")}]`);
    return order === "equal" || order === "older";
  }

  /** Those this document is shared with through remote storage. */
  getPeers(): Peer[] {
    return this.#peers.all();
  }

  /** Adds a peer, or updates the one of the same address. */
  addPeer(peer: Peer): void {
    this.#peers.add(peer);
  }

  /** Forgets deletions that nobody needs any more. Nothing that readers see changes. @returns how many */
  forget(policy: ForgetPolicy = {}): number {
    const { acknowledged = true, olderThan = 30 * 24 * 3600 * 1000 } = knownOptions(policy, ["acknowledged", "olderThan"], "forget: the policy");
    if (olderThan !== null) wholeNumberFrom(0, olderThan, "forget: olderThan");
    if (typeof acknowledged !== "boolean") {
      throw new MiniSyncError("invalid-argument", `forget: acknowledged is ${shown(acknowledged)}; it has to be true or false`);
    }
    return (this.engine.commit("forget", `[${JSON.stringify({ acknowledged, olderThan })}]`, "local").result ?? 0) as number;
  }

  // Reading, editing, following.

  /**
   * The data of now, as plain JavaScript that never changes: after an edit it is another object, in which everything that
   * was not touched is the same as before (`===`). Frozen, while the app is being developed.
   */
  get data(): Data<T> {
    return this.engine.snapshot.data as Data<T>;
  }

  /** The same as `data`, for `useSyncExternalStore` and the like. It may be passed on without its document. */
  readonly getSnapshot = (): Data<T> => this.data;

  /** Calls back after every change. @returns what takes the listener off again */
  readonly subscribe = (listener: () => void): Unsubscribe => {
    callable(listener, "subscribe");
    return this.on("change", () => listener());
  };

  /** Calls back on an event. @returns what takes the listener off again */
  on<N extends keyof E>(name: N, listener: (event: E[N]) => void): Unsubscribe {
    if (!this.eventNames.includes(name)) {
      const names = this.eventNames.join(", ");
      throw new MiniSyncError("invalid-argument", `on: there is no event ${shown(name)}; there are ${names}`);
    }
    callable(listener, "on");
    if (name === "change") this.engine.followEdits();
    return (this.engine.events as unknown as Events<E>).on(name, listener);
  }

  /**
   * Edits in one transaction. `edit` is handed a draft: it looks like plain data, can be edited like it, and reads what was
   * written. If `edit` throws, nothing has happened.
   *
   * ```ts
   * import { from } from "minisync";
   *
   * const board = from({ cards: [{ title: "tea", done: false }] });
   * board.change((d) => {
   *   d.cards[0].done = true;
   *   d.cards.push({ title: "cake", done: false });
   * });
   * ```
   */
  change(edit: (draft: Draft<T>) => void): void {
    callable(edit, "change");
    recordDraft(this.engine, edit as (draft: unknown) => unknown);
  }

  /** What the schema finds wrong with the data of now: what others wrote is not refused. */
  issues(): readonly Issue[] {
    return this.engine.schema?.issues(this.data) ?? [];
  }

  // Conflicts.

  /** The values that lost against the one at a path, the latest first. */
  conflicts(path: PathOf<T>): Conflict[] {
    return this.engine.read("conflicts", `[${this.place(path as AnyPath, "conflicts")}]`) as Conflict[];
  }

  /** All places at which values lost, in document order. */
  conflictedPaths(): (string | number)[][] {
    return this.engine.read("conflictedPlaces", "[]") as (string | number)[][];
  }

  /** Settles a conflict: with the visible value, or with the losing one of this index. */
  resolve(path: PathOf<T>, index?: number): void {
    const which = index === undefined ? "" : `,${JSON.stringify(index)}`;
    this.engine.commit("resolve", `[${this.place(path as AnyPath, "resolve")}${which}]`, "local");
  }

  /** Brings back an edit that `on("overruled", …)` told of, by a new edit: into its list or under its key. */
  restoreOverruled(lost: Overruled): void {
    this.engine.commit("restoreOverruled", `[${jsonText(lost, "restoreOverruled")}]`, "local");
  }

  // Undo.

  /** Takes back the last own edits, beside what others wrote since. @returns whether there was something */
  undo(): boolean {
    this.#assertRemembers("undo");
    return this.engine.commit("undo", "[]", "undo").result === true;
  }

  /** Does again what was taken back. @returns whether there was something */
  redo(): boolean {
    this.#assertRemembers("redo");
    return this.engine.commit("redo", "[]", "redo").result === true;
  }

  get canUndo(): boolean {
    return (this.engine.read("undoState", "[]") as { undo: boolean }).undo;
  }

  get canRedo(): boolean {
    return (this.engine.read("undoState", "[]") as { redo: boolean }).redo;
  }

  /** Lets the next edit be undone apart from those before, however soon it comes. */
  endUndoGroup(): void {
    this.engine.text("endUndoGroup", "[]");
  }

  /** The history of undo, as a text to be saved with the document; hand it to `restore` as `undo: { history }`. */
  saveUndo(): string | undefined {
    return this.engine.text("saveUndo", "[]") || undefined;
  }

  #assertRemembers(method: string): void {
    if (this.#remembers) return;
    throw new MiniSyncError("refused", `${method}: edits are not remembered here; make the document with the option { undo: true }`);
  }

  #recordUndo({ history, within = 500, groups = 1000 }: UndoOptions): void {
    this.#remembers = true;
    if (typeof history === "string") {
      try {
        this.engine.text("restoreUndo", `[${history}]`);
        return;
      } catch (error) {
        // A history of another state would take back what it does not know: better none.
        if (!(error instanceof MiniSyncError) || error.code === "broken") throw error;
      }
    }
    this.engine.text("recordUndo", `[${JSON.stringify({ within, groups })}]`);
  }

  #identity(): { document: string; client: string } {
    return this.engine.read("identity", "[]") as { document: string; client: string };
  }
}

function begin(beginning: Beginning, options: Options, method: string): Engine {
  const given = optionsText(options, method);
  if (beginning.kind === "changes") {
    const operation = options.restore === true ? "restore" : "join";
    return new Engine(operation, `[${given},${changesText(beginning.value, method)}]`, options.environment);
  }
  if (beginning.kind === "saved") {
    return new Engine("restore", `[${[given, ...beginning.value].join()}]`, options.environment);
  }
  const value = jsonText(beginning.value, method);
  return new Engine(beginning.kind === "data" ? "create" : "genesis", `[${given},${value}]`, options.environment);
}
