// What happens to the page that a document is open in: it is hidden, gone, or there again. Knows no document.

/** What is to be done, and when. */
export interface PageEvents {
  /** The page is hidden; it may be gone when this returns. */
  readonly onHide: () => void;
  /** The page can be seen again, was put aside or frozen, or the network is back. */
  readonly onWake: () => void;
}

/** Follows the page, if there is one. @returns what ends it */
export function followPage({ onHide, onWake }: PageEvents): () => void {
  if (typeof document !== "object" || typeof addEventListener !== "function") return () => {};
  const ending = new AbortController();
  const { signal } = ending;
  addEventListener("pagehide", onHide, { signal });
  addEventListener("pageshow", (event) => event.persisted && onWake(), { signal });
  addEventListener("online", onWake, { signal });
  document.addEventListener("resume", onWake, { signal });
  // On phones, to be hidden is often the last that a page hears of.
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? onHide() : onWake()), { signal });
  return () => ending.abort();
}
