// Documents in Vue 3: a composable. Knows nothing of documents but how to follow them.

import { getCurrentScope, onScopeDispose, type ShallowRef, shallowRef } from "vue";
import { type IsEqual, picker, type Readable } from "../readable.js";

/**
 * The data of a document, or a part of it, as a ref that follows it as long as the component, or the scope, is there.
 *
 * ```ts
 * import type { Document } from "minisync";
 * import { useDocument } from "minisync/vue";
 *
 * declare const board: Document<{ title: string }>;
 * const title = useDocument(board, (data) => data.title);
 * title.value;
 * ```
 */
export function useDocument<T>(source: Readable<T>): Readonly<ShallowRef<T>>;
export function useDocument<T, S>(source: Readable<T>, select: (data: T) => S, isEqual?: IsEqual<S>): Readonly<ShallowRef<S>>;
export function useDocument(
  source: Readable<unknown>,
  select: (data: unknown) => unknown = (data) => data,
  isEqual: IsEqual<unknown> = Object.is,
): Readonly<ShallowRef<unknown>> {
  const read = picker(source, select, isEqual);
  // Shallow: the data never changes in place, so there is nothing in it to be watched.
  const part = shallowRef(read());
  const stop = source.subscribe(() => {
    part.value = read();
  });
  if (getCurrentScope() !== undefined) onScopeDispose(stop);
  return part;
}
