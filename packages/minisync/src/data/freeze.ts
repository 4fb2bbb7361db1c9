// Freezes what is handed out while an app is being developed, so that whoever writes to it learns of it at once.

/**
 * Whether this is development. Bundlers put the value in; a page without a bundler has no `process`, and counts as
 * production.
 */
export const development: boolean = (() => {
  try {
    return process.env.NODE_ENV !== "production";
  } catch {
    return false;
  }
})();

/** Freezes a value and everything in it that is not yet frozen. What is frozen is so all the way down. */
export function deepFreeze(value: unknown): void {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const member of Object.values(next)) {
      if (typeof member === "object" && member !== null) open.push(member);
    }
  }
}
