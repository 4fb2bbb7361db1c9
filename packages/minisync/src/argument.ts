// Checks of arguments that are not data. Knows nothing else.

import { MiniSyncError, shown } from "./error.js";

/** A callback: refuses what is no function. */
export function callable<F>(callback: F, what: string): F {
  if (typeof callback === "function") return callback;
  throw new MiniSyncError("invalid-argument", `${what}: the callback is ${shown(callback)}; it has to be a function`);
}

/** An index, a count: refuses what is no whole number. */
export function wholeNumber(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new MiniSyncError("invalid-argument", `${what} is ${shown(value)}; it has to be a whole number`);
}

/** A whole number that may not be less than `least`. */
export function wholeNumberFrom(least: number, value: unknown, what: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw new MiniSyncError("invalid-argument", `${what} is ${shown(value)}; it has to be a whole number, ${least} or more`);
}

/** Options: refuses what is no object, and options that there are not: a misspelled one would do nothing, and nobody would notice. */
export function knownOptions<T extends object>(given: T, known: readonly (keyof T & string)[], what: string): T {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new MiniSyncError("invalid-argument", `${what} is ${shown(given)}; it has to be an object with some of ${known.join(", ")}`);
  }
  for (const name of Object.keys(given)) {
    if ((known as readonly string[]).includes(name)) continue;
    throw new MiniSyncError("invalid-argument", `${what} has no option ${shown(name)}; there are ${known.join(", ")}`);
  }
  return given;
}
