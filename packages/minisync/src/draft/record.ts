// Runs what `change` was given on a draft, and hands what it did to the document in one batch. Knows the engine.

import type { Engine } from "../document/engine.js";
import { MiniSyncError } from "../error.js";
import { Recorder } from "./recorder.js";

/** The draft that a document is being edited through at the moment. */
const active = new WeakMap<Engine, Recorder>();

/**
 * Lets `edit` change a draft, and commits what it did. A `change` within a `change` writes to the same draft; if the inner
 * one throws, the outer one cannot be committed any more, even if it catches the error: half a transaction is none.
 */
export function recordDraft(engine: Engine, edit: (draft: unknown) => unknown): void {
  const outer = active.get(engine);
  if (outer !== undefined) {
    attempt(outer, edit);
    return;
  }
  engine.refuseIfGuarded("change");
  const recorder = new Recorder(engine.snapshot.data);
  active.set(engine, recorder);
  try {
    engine.guarded("within change(), write to the draft", () => attempt(recorder, edit));
  } finally {
    active.delete(engine);
    recorder.close();
  }
  if (recorder.failure !== undefined) {
    throw new MiniSyncError("refused", "change: a change() within this one threw, so nothing was changed", { cause: recorder.failure });
  }
  const edits = recorder.edits();
  if (edits !== "[]") engine.commit("batch", edits, "local");
}

function attempt(recorder: Recorder, edit: (draft: unknown) => unknown): void {
  try {
    const result = edit(recorder.draft);
    if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") {
      // What comes after an `await` would write to a draft that is closed.
      (result as Promise<unknown>).then(undefined, () => undefined);
      throw new MiniSyncError("invalid-argument", "change: the function is asynchronous; await before, and change at once");
    }
  } catch (error) {
    recorder.failure = error ?? new Error("change: nothing was thrown as an error");
    throw error;
  }
}
