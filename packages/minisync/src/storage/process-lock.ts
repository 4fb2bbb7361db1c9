// A lock in a file, for processes: it names its holder, and who is no more holds nothing. Knows only files.
//
// Node has no locks of the operating system's. So the file is made where there is none, which only one can do; one
// whose holder is gone is moved aside first, which again only one can do.

import { readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { Lock } from "./coordinator.js";

/** Who holds a lock. */
export interface Holder {
  readonly process: number;
  readonly host: string;
  /** Tells this lock from all others. */
  readonly mark: string;
}

/** A holder shows so often that it is alive, to those on other machines, who cannot see its process. Milliseconds. */
const BEAT = 10_000;
/** One on another machine that has not done so for so long is gone. */
const GONE = 60_000;

/** The locks of this process: one that is not among them, but names this process, is of an earlier one. */
const held = new Set<string>();
let count = 0;

/** Takes the lock, unless somebody has it. */
export async function tryProcessLock(file: string): Promise<Lock | undefined> {
  const mark = `${process.pid}-${Date.now()}-${++count}`;
  const text = JSON.stringify({ process: process.pid, host: hostname(), mark } satisfies Holder);
  held.add(mark);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(file, text, { flag: "wx" });
      return lock(file, mark);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        held.delete(mark);
        throw error;
      }
    }
    if (!(await removeIfGone(file, mark))) break;
  }
  held.delete(mark);
  return undefined;
}

/** Who holds the lock; undefined if nobody, or nobody knows. */
export async function lockHolder(file: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(file, "utf8")) as Partial<Holder>;
    if (typeof holder.process === "number" && typeof holder.host === "string" && typeof holder.mark === "string") return holder as Holder;
  } catch {
    // Not there, or not written yet.
  }
  return undefined;
}

function lock(file: string, mark: string): Lock {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, BEAT);
  beat.unref();
  const isHeld = async (): Promise<boolean> => (await lockHolder(file))?.mark === mark;
  return {
    isHeld,
    async release() {
      clearInterval(beat);
      try {
        if (await isHeld()) await rm(file, { force: true });
      } finally {
        held.delete(mark);
      }
    },
  };
}

/** Takes away the lock of one who is gone. @returns whether there is none now */
async function removeIfGone(file: string, mark: string): Promise<boolean> {
  const holder = await lockHolder(file);
  if (holder === undefined ? !(await isOld(file)) : !(await isGone(file, holder))) return false;
  const aside = `${file}-${mark}`;
  try {
    await rename(file, aside);
  } catch {
    return true;
  }
  // Somebody may have been quicker, and this is that one's new lock: then it goes back.
  const moved = await lockHolder(aside);
  if (moved !== undefined && moved.mark !== holder?.mark) {
    await rename(aside, file);
    return false;
  }
  await rm(aside, { force: true });
  return true;
}

async function isGone(file: string, holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return isOld(file);
  if (holder.process === process.pid) return !held.has(holder.mark);
  try {
    process.kill(holder.process, 0);
    return false;
  } catch (error) {
    // "Not permitted" is somebody else's process, but one that is there.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

async function isOld(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs > GONE;
  } catch {
    return true;
  }
}
