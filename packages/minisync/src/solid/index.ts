// Documents in Solid: an accessor. Knows nothing of documents but how to follow them.

import { type Accessor, createSignal, getOwner, onCleanup } from "solid-js";
import { type IsEqual, picker, type Readable } from "../readable.js";

/**
 * The data of a document, or a part of it, as an accessor that follows it as long as its owner is there.
 *
 * ```ts
 * import type { Document } from "minisync";
 * import { createDocument } from "minisync/solid";
 *
 * declare const board: Document<{ title: string }>;
 * const title = createDocument(board, (data) => data.title);
 * title();
 * ```
 */
export function createDocument<T>(source: Readable<T>): Accessor<T>;
export function createDocument<T, S>(source: Readable<T>, select: (data: T) => S, isEqual?: IsEqual<S>): Accessor<S>;
export function createDocument(
  source: Readable<unknown>,
  select: (data: unknown) => unknown = (data) => data,
  isEqual: IsEqual<unknown> = Object.is,
): Accessor<unknown> {
  const read = picker(source, select, isEqual);
  const [part, setPart] = createSignal(read());
  // As a function, since a value that is one would be called.
  const stop = source.subscribe(() => setPart(() => read()));
  if (getOwner() !== null) onCleanup(stop);
  return part;
}
