// What a document has to have to be followed by a framework, and how parts of it are picked. Knows no framework.

/** Anything that can be followed: every document can. */
export interface Readable<T> {
  subscribe(listener: () => void): () => void;
  /** The data of now: the same object until something changes. */
  getSnapshot(): T;
}

/** Whether a picked part is the same as before; `Object.is` unless told. */
export type IsEqual<S> = (one: S, other: S) => boolean;

/**
 * Reads a part of a document: picks anew only when the data has changed, and hands out the part of before where the new
 * one is equal. So what looks at it finds a change only where there is one.
 */
export function picker<T, S>(source: Readable<T>, select: (data: T) => S, isEqual: IsEqual<S>, before?: { readonly part: S }): () => S {
  let last: { data?: T; part: S } | undefined = before;
  let isPicked = false;
  return () => {
    const data = source.getSnapshot();
    if (isPicked && last !== undefined && last.data === data) return last.part;
    const part = select(data);
    const isSame = last !== undefined && isEqual(last.part, part);
    last = { data, part: isSame ? (last as { part: S }).part : part };
    isPicked = true;
    return last.part;
  };
}
