// The handle on an array: JavaScript's Array interface on a list of a document.
//
// `forEach`, `at`, `find`, `findLast`, `values`, `entries` and `for…of` hand out what `get` does: handles for objects
// and arrays. Everything else works on plain data, and so do the callbacks of `find` and `findLast`.

import type { Reference } from "../boundary/exports.js";
import { callable, wholeNumber } from "../argument.js";
import { jsonText } from "../data/json.js";
import { MiniSyncError } from "../error.js";
import type { Handled, Writable } from "../types/data.js";
import { Handle, plain } from "./handle.js";

type Test<E> = (value: E, index: number, array: E[]) => unknown;

/** A live reference to an array in a document. See `Handle`. */
export class ArrayHandle<in out E = any> extends Handle<E[]> {
  override getData(): E[] {
    return (this.engine.read("get", `[${this.place("", "getData")}]`) ?? null) as E[];
  }

  /** How many elements there are. (A function, as it was in the old library.) */
  length(): number {
    const length = this.engine.read("length", `[${this.place("", "length")}]`);
    if (length === undefined) throw gone("length");
    return length as number;
  }

  // Reading: handles.

  /** Calls back with each element: handles for objects and arrays. */
  forEach(callback: (value: Handled<E>, index: number, array: E[]) => void, thisArg?: unknown): void {
    const items = this.#items("forEach");
    callable(callback, "forEach");
    this.#children().forEach((value, index) => callback.call(thisArg, value, index, items));
  }

  /** The element at an index, from the end if it is negative; undefined where nothing is. */
  at(index: number): Handled<E> | undefined {
    const reference = this.engine.find(this.place([wholeNumber(index, "at: the index")], "at"));
    return (reference === undefined ? undefined : this.engine.wrap(reference)) as Handled<E> | undefined;
  }

  /** The first element whose plain data passes. */
  find(test: Test<E>, thisArg?: unknown): Handled<E> | undefined {
    const index = this.findIndex(test, thisArg);
    return index === -1 ? undefined : this.at(index);
  }

  /** The last element whose plain data passes. */
  findLast(test: Test<E>, thisArg?: unknown): Handled<E> | undefined {
    const index = this.findLastIndex(test, thisArg);
    return index === -1 ? undefined : this.at(index);
  }

  keys(): IterableIterator<number> {
    return this.#children().keys();
  }

  values(): IterableIterator<Handled<E>> {
    return this.#children().values();
  }

  entries(): IterableIterator<[number, Handled<E>]> {
    return this.#children().entries();
  }

  [Symbol.iterator](): IterableIterator<Handled<E>> {
    return this.values();
  }

  // Reading: plain data.

  concat(...items: unknown[]): any[] {
    return ([] as unknown[]).concat(this.#items("concat"), ...items.map(plain));
  }

  every(test: Test<E>, thisArg?: unknown): boolean {
    return this.#items("every").every(callable(test, "every"), thisArg);
  }

  filter(test: Test<E>, thisArg?: unknown): E[] {
    return this.#items("filter").filter(callable(test, "filter"), thisArg);
  }

  findIndex(test: Test<E>, thisArg?: unknown): number {
    return this.#items("findIndex").findIndex(callable(test, "findIndex"), thisArg);
  }

  findLastIndex(test: Test<E>, thisArg?: unknown): number {
    const items = this.#items("findLastIndex");
    callable(test, "findLastIndex");
    for (let index = items.length - 1; index >= 0; index--) {
      if (test.call(thisArg, items[index] as E, index, items)) return index;
    }
    return -1;
  }

  flat(depth?: number): any[] {
    return this.#items("flat").flat(depth);
  }

  flatMap<U>(callback: (value: E, index: number, array: E[]) => U | readonly U[], thisArg?: unknown): U[] {
    return this.#items("flatMap").flatMap(callable(callback, "flatMap"), thisArg);
  }

  /** Whether an element is this handle's object or array, or equal to this data. */
  includes(element: unknown, fromIndex?: number): boolean {
    return this.indexOf(element, fromIndex) !== -1;
  }

  /**
   * The index of the first element that is this handle's object or array, or equal to this data (objects and arrays too),
   * or -1.
   *
   * @param isObjectID Whether `element` is the id of an object or array.
   */
  indexOf(element: unknown, fromIndex = 0, isObjectID = false): number {
    const start = fromIndex < 0 ? Math.max(0, this.length() + fromIndex) : fromIndex;
    return this.#matches(element, isObjectID).indexOf(true, start);
  }

  lastIndexOf(element: unknown, fromIndex = Number.POSITIVE_INFINITY): number {
    return this.#matches(element, false).lastIndexOf(true, fromIndex);
  }

  join(separator?: string): string {
    return this.#items("join").join(separator);
  }

  map<U>(callback: (value: E, index: number, array: E[]) => U, thisArg?: unknown): U[] {
    return this.#items("map").map(callable(callback, "map"), thisArg);
  }

  reduce<U = E>(callback: (previous: U, value: E, index: number, array: E[]) => U, ...initial: [U?]): U {
    return (this.#items("reduce").reduce as (...args: unknown[]) => U)(callable(callback, "reduce"), ...initial);
  }

  reduceRight<U = E>(callback: (previous: U, value: E, index: number, array: E[]) => U, ...initial: [U?]): U {
    return (this.#items("reduceRight").reduceRight as (...args: unknown[]) => U)(callable(callback, "reduceRight"), ...initial);
  }

  slice(start?: number, end?: number): E[] {
    return this.#items("slice").slice(start, end);
  }

  some(test: Test<E>, thisArg?: unknown): boolean {
    return this.#items("some").some(callable(test, "some"), thisArg);
  }

  toReversed(): E[] {
    return this.#items("toReversed").reverse();
  }

  toSorted(compare?: (a: E, b: E) => number): E[] {
    return this.#items("toSorted").sort(compare);
  }

  toSpliced(start: number, deleteCount?: number, ...items: E[]): E[] {
    const copy = this.#items("toSpliced");
    if (deleteCount === undefined) copy.splice(start);
    else copy.splice(start, deleteCount, ...items);
    return copy;
  }

  with(index: number, value: E): E[] {
    const copy = this.#items("with");
    const at = index < 0 ? copy.length + index : index;
    if (at < 0 || at >= copy.length) throw new MiniSyncError("limit", `with: there is no element ${index}, of ${copy.length}`);
    copy[at] = value;
    return copy;
  }

  override toString(): string {
    return this.#items("toString").toString();
  }

  override toLocaleString(): string {
    return this.#items("toLocaleString").toLocaleString();
  }

  // Writing.

  /** Appends elements. @returns the new length */
  push(...items: Writable<E>[]): number {
    const result = this.engine.commit("push", `[${this.#here()},${this.#texts(items, "push")}]`, "local").result;
    return result as number;
  }

  /** Removes the last element. @returns its data; undefined if there is none */
  pop(): E | undefined {
    return this.#splice(-1, 1, "[]")[0];
  }

  /** Removes the first element. @returns its data; null if there is none, as in the old library */
  shift(): E | null {
    return this.#splice(0, 1, "[]")[0] ?? null;
  }

  /** Inserts elements at the beginning. @returns the new length */
  unshift(...items: Writable<E>[]): number {
    this.engine.commit("insert", `[${this.#here()},0,${this.#texts(items, "unshift")}]`, "local");
    return this.length();
  }

  /** Removes and inserts elements, as `Array.splice`. @returns the data of those removed */
  splice(start: number, deleteCount?: number, ...items: Writable<E>[]): E[] {
    wholeNumber(start, "splice: the start");
    if (deleteCount === undefined && items.length === 0) return this.#splice(start, undefined, "[]");
    const count = Math.max(0, deleteCount === undefined ? 0 : wholeNumber(deleteCount, "splice: the count"));
    return this.#splice(start, count, this.#texts(items, "splice"));
  }

  /** Removes an element, from the end if the index is negative. @returns its data; undefined where nothing is */
  removeAt(index: number): E | undefined {
    const at = wholeNumber(index, "removeAt: the index");
    if (at < -this.length()) return undefined;
    return this.#splice(at, 1, "[]")[0];
  }

  /** Moves an element: the one at `from` then stands at `to`, and stays the same for all who edit it meanwhile. */
  move(from: number, to: number): void {
    wholeNumber(from, "move: from");
    wholeNumber(to, "move: to");
    this.engine.commit("move", `[${this.#here()},${from},${to}]`, "local");
  }

  /** Reverses the order. @returns this handle */
  reverse(): this {
    const last = this.length() - 1;
    this.#reorder(Array.from({ length: last + 1 }, (_, index) => last - index));
    return this;
  }

  /** Sorts the elements; they stay the same ones for others. @returns the data, sorted */
  sort(compare?: (a: E, b: E) => number): E[] {
    if (compare !== undefined) callable(compare, "sort");
    const items = this.#items("sort");
    const order = [...items.keys()];
    order.sort((a, b) => (compare ?? byText)(items[a] as E, items[b] as E));
    this.#reorder(order);
    return order.map((index) => items[index] as E);
  }

  /** Writes a value to all places, or to those from `start` to before `end`. */
  fill(value: Writable<E>, start = 0, end = this.length()): this {
    const length = this.length();
    const text = jsonText(value, "fill");
    const places: number[] = [];
    for (let at = inside(start, length); at < inside(end, length); at++) places.push(at);
    this.#setAll(places.map((at) => [at, text]));
    return this;
  }

  /** Copies the elements from `start` to before `end` over those from `target` on. */
  copyWithin(target: number, start: number, end?: number): this {
    const before = this.#items("copyWithin");
    const after = before.slice().copyWithin(target, start, end);
    this.#setAll(after.flatMap((value, at) => (value === before[at] ? [] : [[at, JSON.stringify(value)]])));
    return this;
  }

  /** Removes all elements. */
  clear(): void {
    this.#splice(0, undefined, "[]");
  }

  #here(): string {
    return this.place("", "array");
  }

  #items(method: string): E[] {
    return this.getData() ?? fail(gone(method));
  }

  #children(): Handled<E>[] {
    const references = this.engine.read("children", `[${this.#here()}]`) as Reference[] | undefined;
    return (references ?? fail(gone("values"))).map((reference) => this.engine.wrap(reference) as Handled<E>);
  }

  /** Of each element whether it is what is searched for. */
  #matches(element: unknown, isObjectID: boolean): boolean[] {
    const id = element instanceof Handle ? element.getID() : isObjectID ? element : undefined;
    if (id !== undefined) {
      const references = this.engine.read("children", `[${this.#here()}]`) as Reference[] | undefined;
      return (references ?? fail(gone("indexOf"))).map((reference) => reference.id === id);
    }
    return this.#items("indexOf").map((item) => equal(item, element));
  }

  #texts(items: unknown[], method: string): string {
    const texts = items.map((item, at) => jsonText(item, items.length === 1 ? method : `${method}, item ${at + 1}`));
    return `[${texts.join()}]`;
  }

  #splice(start: number, count: number | undefined, texts: string): E[] {
    const input = `[${this.#here()},${start},${count === undefined ? "null" : count},${texts}]`;
    return (this.engine.commit("splice", input, "local").result ?? []) as E[];
  }

  #reorder(order: number[]): void {
    this.engine.commit("reorder", `[${this.#here()},${JSON.stringify(order)}]`, "local");
  }

  #setAll(writes: (readonly [number, string] | (string | number)[])[]): void {
    if (writes.length === 0) return;
    const edits = writes.map(([at, text]) => `["set",${this.place([at as number], "set")},${text}]`);
    this.engine.commit("batch", `[${edits.join()}]`, "local");
  }
}

/** The order in which `Array.sort` sorts by itself. */
function byText(a: unknown, b: unknown): number {
  const left = String(a);
  const right = String(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** An index that `Array` methods take: from the end if negative, cut to the array. */
function inside(index: number, length: number): number {
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}

/** Whether two JSON values are equal, whatever the order of their keys. */
function equal(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && equal(one[key as never], other[key as never]))
  );
}


function gone(method: string): MiniSyncError {
  return new MiniSyncError("gone", `${method}: this array is no longer in the document; get it anew, as doc.get("todo")`);
}

function fail(error: Error): never {
  throw error;
}
