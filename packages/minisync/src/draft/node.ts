// One object or array of a draft: the proxy that apps see, and what each access does. Knows its recorder.

import { type Segment, pointer, standsForData } from "../data/json.js";
import { memberOf } from "../data/large-map.js";
import { indexOf, inherited, refusals, refused } from "../data/proxied.js";
import { shown } from "../error.js";
import { arrayMethods } from "./array-methods.js";
import type { Container, Recorder } from "./recorder.js";

/** The nodes behind proxies. */
const nodeOf = new WeakMap<object, DraftNode>();

/** An object or array of a draft. */
export class DraftNode {
  readonly recorder: Recorder;
  /** What is in it now: the data's own, or a copy. */
  container: Container;
  readonly proxy: object;
  /** Where it was seen last. */
  #parent: DraftNode | undefined;
  #key: Segment = "";

  constructor(recorder: Recorder, container: Container) {
    this.recorder = recorder;
    this.container = container;
    this.proxy = new Proxy<object>(Array.isArray(container) ? [] : {}, trapsOf(this));
    nodeOf.set(this.proxy, this);
  }

  /** The node behind a proxy. */
  static of(value: unknown): DraftNode | undefined {
    return typeof value === "object" && value !== null ? nodeOf.get(value) : undefined;
  }

  placeIn(parent: DraftNode, key: Segment): void {
    this.#parent = parent;
    this.#key = key;
  }

  /** The object or array that it is in now, and where; undefined if it is in none. */
  holder(): { parent: DraftNode; key: Segment } | undefined {
    const parent = this.#parent;
    if (parent === undefined) return undefined;
    const around = parent.container;
    if (memberOf(around, this.#key) !== this.container) {
      // In arrays, what is inserted and removed before it shifts its index.
      const index = Array.isArray(around) ? around.indexOf(this.container) : -1;
      if (index === -1) return undefined;
      this.#key = index;
    }
    return { parent, key: this.#key };
  }

  get isArray(): boolean {
    return Array.isArray(this.container);
  }

  /** What a draft shows of a member. */
  member(key: Segment): unknown {
    return this.recorder.shown(memberOf(this.container, key), this, key);
  }

  // Edits.

  /** Writes a member of an object, or an element of an array, which may be the one behind the last. */
  set(key: Segment, value: unknown): void {
    const { recorder } = this;
    const before = memberOf(this.container, key);
    // What is there already is not written again.
    if (value !== undefined && (DraftNode.of(value)?.container ?? value) === before) return;
    const path = recorder.pathOf(this);
    const at = [...(path ?? []), key];
    const adopted = recorder.adopt(value, this, "change", at, before);
    const container = recorder.own(this);
    if (key === "__proto__") Object.defineProperty(container, key, { value: adopted, writable: true, enumerable: true, configurable: true });
    else (container as Record<Segment, unknown>)[key] = adopted;
    if (typeof adopted === "object" && adopted !== null) recorder.nodeOf(adopted as Container, this, key);
    if (path === undefined) return recorder.forgetRemoval();
    // An object over an object, an array over an array: what is the same in both stays, and what others edit there.
    const isSameKind = isContainer(before) && isContainer(adopted) && Array.isArray(before) === Array.isArray(adopted);
    recorder.record(`["${isSameKind ? "update" : "set"}",${JSON.stringify(at)},${JSON.stringify(adopted)}]`);
  }

  /** Removes a member of an object. */
  delete(key: string): void {
    if (!Object.hasOwn(this.container, key)) return;
    const path = this.recorder.pathOf(this);
    delete (this.recorder.own(this) as Record<string, unknown>)[key];
    if (path === undefined) this.recorder.forgetRemoval();
    else this.recorder.record(`["remove",${JSON.stringify([...path, key])}]`);
  }

  /**
   * Removes and inserts elements of an array.
   *
   * @returns what was removed, as the draft shows it
   */
  splice(start: number, count: number, items: readonly unknown[]): unknown[] {
    const { recorder } = this;
    const path = recorder.pathOf(this);
    const removed = (this.container as unknown[]).slice(start, start + count).map((_, at) => this.member(start + at));
    const adopted = items.map((item, at) => recorder.adopt(item, this, "change", [...(path ?? []), start + at]));
    if (count === 0 && items.length === 0) return removed;
    const array = recorder.own(this) as unknown[];
    const raw = array.slice(start, start + count);
    array.splice(start, count, ...adopted);
    adopted.forEach((item, at) => {
      if (isContainer(item)) recorder.nodeOf(item, this, start + at);
    });
    if (path === undefined) recorder.forgetRemoval();
    else this.#recordSplice(JSON.stringify(path), start, raw, adopted);
    return removed;
  }

  #recordSplice(place: string, start: number, removed: unknown[], added: unknown[]): void {
    const { recorder } = this;
    if (removed.length === 1 && added.length === 0) return recorder.recordRemoval(this, place, start, removed[0]);
    if (removed.length === 0) {
      if (added.length === 1 && isContainer(added[0]) && recorder.recordMove(this, added[0], start)) return;
      const texts = added.map((item) => JSON.stringify(item));
      const isAtEnd = start + added.length === (this.container as unknown[]).length;
      if (isAtEnd) recorder.recordPush(this, place, texts);
      else recorder.record(`["insert",${place},${start},[${texts.join()}]]`);
      return;
    }
    recorder.record(`["splice",${place},${start},${removed.length},${JSON.stringify(added)}]`);
  }

  /** Brings the elements of an array into another order: `order` has their present indices. */
  reorder(order: readonly number[]): void {
    if (order.every((index, at) => index === at)) return;
    const path = this.recorder.pathOf(this);
    const array = this.recorder.own(this) as unknown[];
    const before = array.slice();
    order.forEach((index, at) => {
      array[at] = before[index];
    });
    if (path === undefined) this.recorder.forgetRemoval();
    else this.recorder.record(`["reorder",${JSON.stringify(path)},${JSON.stringify(order)}]`);
  }

  /** Where it is, for errors. */
  place(): string {
    return pointer(this.recorder.pathOf(this) ?? []) || "the draft";
  }
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

function trapsOf(node: DraftNode): ProxyHandler<object> {
  const { recorder } = node;
  const isArray = Array.isArray(node.container);
  return {
    ...refusals,
    get(_, key) {
      recorder.assertOpen();
      if (typeof key === "string" && Object.hasOwn(node.container, key)) {
        return key === "length" && isArray ? (node.container as unknown[]).length : node.member(isArray ? Number(key) : key);
      }
      return (isArray && typeof key === "string" && Object.hasOwn(arrayMethods, key) && arrayMethods[key]) || inherited(isArray, key);
    },
    set(_, key, value) {
      recorder.assertOpen();
      if (typeof key !== "string") throw refused(`change: ${shown(key)} cannot be a key; JSON has none but texts`);
      if (!isArray) node.set(key, value);
      else if (key === "length") setLength(node, value);
      else setElement(node, key, value);
      return true;
    },
    deleteProperty(_, key) {
      recorder.assertOpen();
      if (isArray) throw refused(`change: delete would leave a hole in the array at ${node.place()}; use splice(${String(key)}, 1)`);
      if (typeof key === "string") node.delete(key);
      return true;
    },
    has(_, key) {
      recorder.assertOpen();
      // A draft that is written elsewhere stands for its data; see `standsForData`.
      return key === standsForData || Object.hasOwn(node.container, key) || (key !== "constructor" && key !== "__proto__" && key in Object.prototype);
    },
    ownKeys() {
      recorder.assertOpen();
      return Reflect.ownKeys(node.container);
    },
    getOwnPropertyDescriptor(_, key) {
      recorder.assertOpen();
      if (typeof key !== "string" || !Object.hasOwn(node.container, key)) return undefined;
      if (isArray && key === "length") {
        return { value: (node.container as unknown[]).length, writable: true, enumerable: false, configurable: false };
      }
      return { value: node.member(isArray ? Number(key) : key), writable: true, enumerable: true, configurable: true };
    },
  };
}

function setElement(node: DraftNode, key: string, value: unknown): void {
  const { length } = node.container as unknown[];
  const index = indexOf(key);
  if (index === -1) throw refused(`change: ${node.place()} is an array; it has elements, and no ${shown(key)}`);
  if (index > length) {
    throw refused(`change: index ${index} of ${node.place()} would leave a hole, as it has ${length} elements; use push`);
  }
  if (index === length) node.splice(length, 0, [value]);
  else node.set(index, value);
}

function setLength(node: DraftNode, length: unknown): void {
  const now = (node.container as unknown[]).length;
  if (typeof length !== "number" || !Number.isInteger(length) || length < 0 || length > now) {
    throw refused(`change: the length of ${node.place()} is ${now} and cannot be set to ${shown(length)}: an array has no holes`);
  }
  node.splice(length, now - length, []);
}
