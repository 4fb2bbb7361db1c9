// Documents in React 18 and 19: a hook on `useSyncExternalStore`. Knows nothing of documents but how to follow them.

import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { SaveStatus } from "../save/status.js";
import { type IsEqual, picker, type Readable } from "../readable.js";

/**
 * The data of a document, or a part of it. The component renders again when that has changed, and only then.
 *
 * ```tsx
 * import type { Document } from "minisync";
 * import { useDocument } from "minisync/react";
 *
 * interface Board { title: string; cards: { title: string }[] }
 *
 * function Title({ board }: { board: Document<Board> }) {
 *   const title = useDocument(board, (data) => data.title);
 *   return <h1>{title}</h1>;
 * }
 * ```
 *
 * @param source A document.
 * @param select Picks a part. It may be written inline, and may make new objects if `isEqual` says when they are equal.
 * @param isEqual Whether two parts are the same; `Object.is` unless it is said.
 */
export function useDocument<T>(source: Readable<T>): T;
export function useDocument<T, S>(source: Readable<T>, select: (data: T) => S, isEqual?: IsEqual<S>): S;
export function useDocument(
  source: Readable<unknown>,
  select: (data: unknown) => unknown = whole,
  isEqual: IsEqual<unknown> = Object.is,
): unknown {
  const shown = useRef<{ part: unknown } | undefined>(undefined);
  const read = useMemo(() => picker(source, select, isEqual, shown.current), [source, select, isEqual]);
  const part = useSyncExternalStore(source.subscribe, read, read);
  // What is on the screen: the next selector's parts are compared with it.
  useEffect(() => {
    shown.current = { part };
  }, [part]);
  return part;
}

/** What can tell whether it is saved: what `open()` returns. */
export interface Saved {
  readonly status: SaveStatus;
  on(name: "status", listener: (status: SaveStatus) => void): () => void;
}

/** Whether everything is saved, of a document that was opened. */
export function useSaveStatus(document: Saved): SaveStatus {
  const { subscribe, read } = useMemo(
    () => ({
      subscribe: (listener: () => void) => document.on("status", listener),
      read: () => document.status,
    }),
    [document],
  );
  return useSyncExternalStore(subscribe, read, read);
}

const whole = (data: unknown): unknown => data;
