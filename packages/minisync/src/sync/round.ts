// Performs what the sync engine asks for, on a store. Decides nothing: the engine does. Knows stores and the boundary.

import type { Commit } from "../boundary/exports.js";
import type { Entry, Store } from "../storage/store.js";

/** The engine's operations, of a document or of none. */
export interface SyncBoundary {
  /** An operation that takes and returns JSON. */
  text(operation: "syncBegin" | "joinBegin" | "discoveryBegin" | "syncNext" | "syncEnd", input: string): string;
  /** An operation with bytes. */
  bytes(operation: "syncBody" | "syncAnswer", input: string, bytes?: Uint8Array): Uint8Array;
}

/** What the engine's machines need from around them. */
export interface Surroundings {
  /** Called when a step changed the document. */
  onCommit?(commit: Commit): void;
  /** Saves document and record, as they are now or become. */
  save?(): Promise<void>;
}

/** A step of a machine, as JSON has it. */
interface Step {
  readonly id?: number;
  readonly read?: string;
  readonly limit?: number;
  readonly write?: string;
  readonly list?: string;
  readonly delete?: string;
  readonly save?: true;
  readonly wait?: true;
  readonly done?: unknown;
  readonly commit?: Commit;
}

/** An error that a store may throw, to say more than that something failed. */
interface StoreFailure {
  readonly message?: unknown;
  /** `"forbidden"`: trying again does not help; `"busy"`: it does, after `retryAfter` milliseconds. */
  readonly kind?: unknown;
  readonly retryAfter?: unknown;
}

/** Runs a machine to its end. @returns what it made */
export async function runMachine(boundary: SyncBoundary, machine: number, store: Store, around: Surroundings = {}): Promise<unknown> {
  const open = new Map<number, Promise<() => void>>();
  try {
    for (;;) {
      const step = JSON.parse(boundary.text("syncNext", `[${machine}]`)) as Step;
      if (step.commit !== undefined) around.onCommit?.(step.commit);
      if (step.done !== undefined) return step.done;
      if (step.id !== undefined) {
        open.set(step.id, perform(boundary, machine, step, store, around));
        continue;
      }
      // The answer that comes first is given first, with nothing in between.
      // As an array: React Native takes nothing else.
      const answer = await Promise.race([...open.values()]);
      answer();
      open.delete((answer as Answer).id);
    }
  } finally {
    // What still runs is not waited for; nobody looks at it.
    for (const running of open.values()) running.catch(() => {});
    try {
      boundary.text("syncEnd", `[${machine}]`);
    } catch {
      // The document is broken, which was reported where it broke.
    }
  }
}

/** Gives an answer to the engine. */
interface Answer {
  (): void;
  id: number;
}

/** Performs one request. Never rejects: an error is an answer too. */
async function perform(boundary: SyncBoundary, machine: number, step: Step, store: Store, around: Surroundings): Promise<Answer> {
  const id = step.id as number;
  let answer: object;
  let bytes: Uint8Array | undefined;
  try {
    ({ answer, bytes } = await ask(boundary, machine, step, store, around));
  } catch (error) {
    answer = failure(error);
  }
  const give = (): void => void boundary.bytes("syncAnswer", JSON.stringify([machine, id, answer]), bytes);
  return Object.assign(give, { id });
}

async function ask(
  boundary: SyncBoundary,
  machine: number,
  step: Step,
  store: Store,
  around: Surroundings,
): Promise<{ answer: object; bytes?: Uint8Array }> {
  if (step.read !== undefined) {
    const bytes = await store.read(step.read);
    if (bytes === undefined || bytes === null) return { answer: { missing: true } };
    if (bytes.length > (step.limit ?? Number.POSITIVE_INFINITY)) throw new Error(`it has ${bytes.length} bytes, more than it may have`);
    return { answer: { ok: true }, bytes };
  }
  if (step.write !== undefined) await store.write(step.write, boundary.bytes("syncBody", JSON.stringify([machine, step.id])));
  if (step.list !== undefined) return { answer: { files: (await store.list(step.list)).map(entry) } };
  if (step.delete !== undefined) await store.delete(step.delete);
  if (step.save !== undefined) await around.save?.();
  return { answer: { ok: true } };
}

/** A listed file, of the right kinds: stores are written by others. */
function entry({ name, size, etag, isFolder }: Entry): object {
  if (isFolder) return { name, isFolder: true };
  if (typeof size !== "number") throw new Error(`the store lists ${name} without its size, which sync needs`);
  return { name, size, ...(etag !== undefined && { etag: String(etag) }) };
}

function failure(cause: unknown): object {
  const { message, kind, retryAfter } = (typeof cause === "object" && cause !== null ? cause : {}) as StoreFailure;
  return {
    error: typeof message === "string" && message !== "" ? message : String(cause),
    ...(typeof kind === "string" && { kind }),
    ...(typeof retryAfter === "number" && { retryAfter: Math.round(retryAfter) }),
  };
}
