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
