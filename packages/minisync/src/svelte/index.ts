// Documents in Svelte 4 and 5: a store. Keeps to the store contract, so it needs nothing of Svelte.

import { type IsEqual, picker, type Readable } from "../readable.js";

/** What Svelte calls a readable store. */
export interface ReadableStore<S> {
  subscribe(run: (value: S) => void): () => void;
}

/**
 * The data of a document, or a part of it, as a store: in a component, `$title` is its value.
 *
 * ```ts
 * import type { Document } from "minisync";
 * import { documentStore } from "minisync/svelte";
 *
 * declare const board: Document<{ title: string }>;
 * const title = documentStore(board, (data) => data.title);
 * const stop = title.subscribe((value) => console.log(value));
 * stop();
 * ```
 */
export function documentStore<T>(source: Readable<T>): ReadableStore<T>;
export function documentStore<T, S>(source: Readable<T>, select: (data: T) => S, isEqual?: IsEqual<S>): ReadableStore<S>;
export function documentStore(
  source: Readable<unknown>,
  select: (data: unknown) => unknown = (data) => data,
  isEqual: IsEqual<unknown> = Object.is,
): ReadableStore<unknown> {
  return {
    subscribe(run) {
      const read = picker(source, select, isEqual);
      let shown = read();
      run(shown);
      return source.subscribe(() => {
        const part = read();
        if (Object.is(part, shown)) return;
        shown = part;
        run(part);
      });
    },
  };
}
