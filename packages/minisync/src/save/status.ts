// Whether what an app shows is saved. Knows no store.

import { MiniSyncError } from "../error.js";

/**
 * Whether everything is saved.
 *
 * | state | |
 * |---|---|
 * | `"saved"` | all edits survive a crash |
 * | `"saving"` | the last edits are on their way |
 * | `"error"` | the last edits could not be saved; it is tried again, with the next edit or in a while. `error` says why, `error.code` is `"quota"` where there is no room |
 */
export type SaveStatus =
  | { readonly state: "saved" }
  | { readonly state: "saving" }
  | { readonly state: "error"; readonly error: MiniSyncError };

/** What a store threw, as an error that says what to do. */
export function saveError(cause: unknown): MiniSyncError {
  if (cause instanceof MiniSyncError) return cause;
  const { name, code, message } = (typeof cause === "object" && cause !== null ? cause : {}) as Partial<Record<string, unknown>>;
  const isFull =
    name === "QuotaExceededError" || name === "NS_ERROR_DOM_QUOTA_REACHED" || code === "ENOSPC" || code === "EDQUOT" || code === 22;
  if (isFull) {
    return new MiniSyncError(
      "quota",
      "there is no room to save the last changes; they are kept in memory, and it is tried again. Free some: delete what is not " +
        "needed any more from this site's storage, or from the disk",
      { cause },
    );
  }
  const reason = typeof message === "string" && message !== "" ? message : String(cause);
  return new MiniSyncError("storage", `the last changes could not be saved (${reason}); they are kept in memory, and it is tried again`, {
    cause,
  });
}
