// What a document and its handles share: the instance, the snapshot that follows it, and the listeners. Knows the
// boundary's operations as JSON text; does not know what apps see of them.

import type { Commit, Exports, Operation, Overruled, Patch, Reference, Renewal } from "../boundary/exports.js";
import { type Environment, Instance } from "../boundary/instance.js";
import { deepFreeze, development } from "../data/freeze.js";
import { Snapshot } from "../data/snapshot.js";
import { type Issue, MiniSyncError } from "../error.js";
import type { SchemaCheck } from "../schema/check.js";
import { Events } from "./events.js";

/** Who caused a change. */
export type Origin = "local" | "remote" | "undo" | "redo";

/** What `on("change", …)` hands out. */
export interface ChangeEvent {
  /** What changed, as JSON Patch (RFC 6902), to be applied in this order. Do not edit them. */
  readonly patches: readonly Patch[];
  readonly origin: Origin;
  /** What a merge overruled, if anything; see `on("overruled", …)`. */
  readonly overruled?: readonly Overruled[];
}

/** What `on("overruled", …)` hands out. */
export interface OverruledEvent {
  /** What was lost beside a deletion, each told once. */
  readonly overruled: readonly Overruled[];
}

/** What `on("invalid", …)` hands out: what others wrote does not fit the schema. */
export interface InvalidEvent {
  readonly issues: readonly Issue[];
}

/** The events of a document. */
export interface DocumentEvents {
  change: ChangeEvent;
  invalid: InvalidEvent;
  overruled: OverruledEvent;
  renewal: Renewal;
}

/** The operations that a schema has a say in. */
const EDITS = new Set<Operation>(["set", "update", "remove", "insert", "push", "splice", "move", "reorder", "batch", "resolve", "restoreOverruled"]);

/** One document's engine. */
export class Engine {
  readonly events = new Events<DocumentEvents>();
  readonly snapshot: Snapshot;
  /** Called after everything that may have changed what has to be saved, also where readers see no change. */
  afterCommit: (() => void) | undefined;
  /** Whether nothing may be edited any more. */
  isClosed = false;
  /** What the data has to be like. */
  schema: SchemaCheck | undefined;
  /** Makes what `get` hands out of a reference. */
  wrap: (reference: Reference) => unknown = (reference) => reference;
  /** Why nothing but the draft may edit now. */
  #guard: string | undefined;
  #isFollowing = false;
  readonly #instance: Instance;

  /** Makes the document by one of `create`, `genesis`, `join` and `restore`. */
  constructor(operation: Operation, input: string, world?: Environment) {
    this.#instance = new Instance(world);
    this.#instance.call(operation, input);
    this.snapshot = new Snapshot({
      load: () => {
        this.followEdits();
        return this.read("get", "[]");
      },
      keys: (path) => this.read("keys", `[${JSON.stringify(path)}]`) as string[] | undefined,
    });
  }

  /** The JSON text that an operation returns, `""` for none. */
  text(operation: Operation, input: string): string {
    return this.#instance.call(operation, input);
  }

  /** What an operation returns that edits nothing. */
  read(operation: Operation, input: string): unknown {
    const text = this.#instance.call(operation, input);
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Adds the sync engine's operations, which documents that are not synced do without. */
  addSync(instantiateEngine: (core: Exports) => Exports): void {
    this.#instance.addEngine(instantiateEngine);
  }

  /** An operation with bytes; see `Instance.callBytes`. */
  bytes(operation: Operation, input: string, bytes: Uint8Array = new Uint8Array()): Uint8Array {
    return this.#instance.callBytes(operation, input, bytes);
  }

  /** Tells of a commit that an operation reported beside something else. */
  tell(commit: Commit, origin: Origin): void {
    this.afterCommit?.();
    this.#tell(commit, origin);
  }

  /** The reference of what is at a place. */
  find(place: string): Reference | undefined {
    return this.read("find", `[${place}]`) as Reference | undefined;
  }

  /** Performs an edit or a merge, and tells of it. */
  commit(operation: Operation, input: string, origin: Origin): Commit {
    this.refuseIfGuarded(operation);
    const commit = this.schema !== undefined && EDITS.has(operation) ? this.#checked(operation, input) : this.#call(operation, input);
    this.afterCommit?.();
    this.#tell(commit, origin);
    return commit;
  }

  /** From now on, edits tell their patches too. Until somebody needs them, they cost nothing. */
  followEdits(): void {
    if (this.#isFollowing) return;
    this.#instance.call("subscribe", "[]");
    this.#isFollowing = true;
  }

  /** Runs `task`; what else it edits meanwhile is refused for this reason. */
  guarded<T>(reason: string, task: () => T): T {
    this.#guard = reason;
    try {
      return task();
    } finally {
      this.#guard = undefined;
    }
  }

  refuseIfGuarded(operation: string): void {
    if (this.isClosed) {
      throw new MiniSyncError("closed", `${operation}: this document was closed, so an edit would not be saved; open it again`);
    }
    if (this.#guard !== undefined) throw new MiniSyncError("refused", `${operation}: ${this.#guard}`);
  }

  #call(operation: Operation, input: string): Commit {
    return (this.read(operation, input) ?? {}) as Commit;
  }

  /** Performs an own edit, and takes it back if the schema refuses what comes of it. */
  #checked(operation: Operation, input: string): Commit {
    this.#instance.call("begin", "[]");
    let result: unknown;
    try {
      ({ result } = this.#call(operation, input));
      this.schema?.refuse(this.read("get", "[]"), operation);
    } catch (error) {
      this.#instance.call("rollback", "[]");
      throw error;
    }
    return { ...this.#call("commit", "[]"), result };
  }

  #tell({ patches, overruled, renewal }: Commit, origin: Origin): void {
    if (patches !== undefined && patches.length > 0) {
      this.snapshot.follow(patches, origin === "local");
      if (this.events.has("change")) {
        if (development) deepFreeze(patches);
        this.events.tell("change", overruled === undefined ? { patches, origin } : { patches, origin, overruled });
      }
      if (origin !== "local") this.#reportInvalid();
    }
    if (overruled !== undefined) this.events.tell("overruled", { overruled });
    if (renewal !== undefined) this.events.tell("renewal", renewal);
  }

  /** What others wrote is never refused: all copies have to end equal. */
  #reportInvalid(): void {
    if (this.schema === undefined || !this.events.has("invalid")) return;
    const issues = this.schema.issues(this.snapshot.data);
    if (issues.length > 0) this.events.tell("invalid", { issues });
  }
}
