// Paths in typed documents: which there are, and what is there. Types only.

import type { Segment } from "../data/json.js";

/** A path of any kind: dotted or a JSON Pointer, a key or index, or all keys and indices in an array. */
export type AnyPath = string | number | readonly Segment[];

/** Whether a type is `any`, about which nothing is known. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** What counts down the depth of {@link PathOf}. */
type Less = [never, 0, 1, 2, 3, 4];

/**
 * The paths in `T`, for completion and to find misspelled ones. Down to four levels they are spelled out, which keeps the
 * compiler quick; below, any path is taken, and still typed.
 *
 * ```ts
 * import type { PathOf } from "minisync";
 *
 * interface Board { title: string; cards: { done: boolean }[] }
 * const path: PathOf<Board> = "cards[0].done";
 * // @ts-expect-error there is no such path
 * const wrong: PathOf<Board> = "cards[0].dnoe";
 * ```
 */
export type PathOf<T> = IsAny<T> extends true ? AnyPath : Dotted<T, 4> | `/${string}` | readonly Segment[] | NumberIn<T>;

/** A list's elements go by bare numbers too. */
type NumberIn<T> = T extends readonly unknown[] ? number : never;

type Dotted<T, Depth extends number> = T extends readonly (infer E)[]
  ? `[${number}]` | `${number}` | Below<`[${number}]` | `${number}`, E, Depth>
  : T extends object
    ? { [K in keyof T & (string | number)]: `${K}` | Below<`${K}`, T[K], Depth> }[keyof T & (string | number)]
    : never;

/** The paths behind `Start`, where `T` is. */
type Below<Start extends string, T, Depth extends number> =
  IsAny<T> extends true
    ? `${Start}.${string}` | `${Start}[${string}`
    : Depth extends 0
      ? T extends object
        ? `${Start}.${string}` | `${Start}[${string}`
        : never
      : T extends readonly (infer E)[]
        ? `${Start}[${number}]` | `${Start}.${number}` | Below<`${Start}[${number}]` | `${Start}.${number}`, E, Less[Depth]>
        : T extends object
          ? `${Start}.${Dotted<T, Less[Depth]>}`
          : never;

/** What is at a path in `T`. */
export type At<T, P> = IsAny<T> extends true ? any : P extends number ? Step<T, `${P}`> : P extends string ? Along<T, P> : any;

type Along<T, P extends string> = P extends ""
  ? T
  : P extends `/${string}`
    ? any
    : P extends `[${infer Index}]${infer Rest}`
      ? Along<Step<T, Index>, Undotted<Rest>>
      : P extends `${infer Head}.${infer Rest}`
        ? Head extends `${infer Key}[${infer Index}`
          ? Along<Step<T, Key>, `[${Index}.${Rest}`>
          : Along<Step<T, Head>, Rest>
        : P extends `${infer Key}[${infer Index}`
          ? Along<Step<T, Key>, `[${Index}`>
          : Step<T, P>;

type Undotted<P extends string> = P extends `.${infer Rest}` ? Rest : P;

/** One step into `T`, or into each kind of it; where there may be nothing, there is nothing below either. */
type Step<T, K extends string> =
  IsAny<T> extends true
    ? any
    : T extends null | undefined
      ? undefined
      : T extends readonly (infer E)[]
        ? E | undefined
        : string extends keyof T
          ? T[keyof T & K] | undefined
          : K extends keyof T
            ? T[K]
            : K extends `${infer N extends number}`
              ? N extends keyof T
                ? T[N]
                : undefined
              : undefined;
