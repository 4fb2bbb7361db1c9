// Which client a tab is: each takes the lowest slot of this device that is free, and writes under the id that belongs to
// it. So a device has as many ids as it ever had tabs at once, however often they are opened. Knows no document.

import { MiniSyncError } from "../error.js";
import type { Coordinator, Lock } from "../storage/coordinator.js";
import type { Journal } from "./journal.js";

/** More tabs than anybody opens. */
const MOST = 1000;

/** A slot that is held. */
export interface Slot {
  /** Its number; a random text where there are no locks. */
  readonly name: string;
  release(): void | Promise<void>;
  isHeld(): Promise<boolean>;
}

/** Takes a slot of a document. */
export async function takeSlot(coordinator: Coordinator, document: string, randomName: () => string): Promise<Slot> {
  // Without locks nobody can know which ones are free: then every opening is a client of its own.
  if (!coordinator.canLock) return { name: randomName(), release() {}, isHeld: async () => true };
  for (let number = 0; number < MOST; number++) {
    const lock: Lock | undefined = await coordinator.tryLock(`${document}/slot-${number}`);
    if (lock !== undefined) return { name: String(number), release: () => lock.release(), isHeld: () => lock.isHeld() };
    if (coordinator.busy !== undefined) throw new MiniSyncError("in-use", await coordinator.busy(document));
  }
  throw new MiniSyncError("limit", `the document ${JSON.stringify(document)} is open ${MOST} times; close some of them`);
}

/** The client of a slot, where it has one. */
export async function readClient(journal: Journal, slot: string, location: string | undefined): Promise<string | undefined> {
  const text = await journal.readText(`slot-${slot}.json`);
  if (text === undefined) return undefined;
  try {
    const { client, location: former } = JSON.parse(text) as { client?: unknown; location?: unknown };
    // What lies elsewhere than when it was written is a copy: the original may go on under the same id.
    if (typeof client === "string" && (former ?? undefined) === location) return client;
  } catch {
    // Half a file, from a crash: a new client does no harm.
  }
  return undefined;
}

/** Notes the client of a slot. It has to be there before anything that this client writes. */
export function writeClient(journal: Journal, slot: string, client: string, location: string | undefined): Promise<void> {
  return journal.writeText(`slot-${slot}.json`, JSON.stringify({ client, ...(location !== undefined && { location }) }));
}
