// What documents hold, as types: readonly for `data`, mutable for drafts, plain for what is written.

import type { standsForData } from "../data/json.js";
import type { ArrayHandle } from "../document/array-handle.js";
import type { ObjectHandle } from "../document/object-handle.js";
import type { IsAny } from "./path.js";

/** `T` as it is read: nothing in it can be assigned to. */
export type Data<T> =
  IsAny<T> extends true
    ? any
    : T extends readonly (infer E)[]
      ? readonly Data<E>[]
      : T extends object
        ? { readonly [K in keyof T]: Data<T[K]> }
        : T;

/** `T` as a draft in `change`: everything in it can be assigned to, also what is readonly in `T`. */
export type Draft<T> =
  IsAny<T> extends true
    ? any
    : T extends readonly (infer E)[]
      ? Draft<E>[]
      : T extends object
        ? { -readonly [K in keyof T]: Draft<T[K]> }
        : T;

/** What `get` hands out for a value: a handle for objects and arrays, everything else as it is. */
export type Handled<T> =
  IsAny<T> extends true
    ? any
    : T extends readonly (infer E)[]
      ? ArrayHandle<E>
      : T extends object
        ? ObjectHandle<T>
        : T;

/** A handle, where it stands for its data. (Which data is not told: the compiler would not come to an end.) */
export interface StandIn {
  readonly [standsForData]: true;
}

/** What may be written where a `T` is: plain data, or the handle of some. */
export type Writable<T> =
  IsAny<T> extends true
    ? any
    : T extends undefined
      ? never
      : T extends readonly (infer E)[]
        ? readonly Writable<E>[] | StandIn
        : T extends object
          ? { readonly [K in keyof T]: Writable<T[K]> } | StandIn
          : T;
