// Records what is done to a draft: keeps the draft's own copies, and the edits in order. Knows plain data and the
// boundary's edits as JSON text; knows no document.
//
// A draft is a tree of nodes, one for each object or array that was looked at. The data below is never changed: a node
// copies its object before the first write, and with it all above.
//
//   data      { cards: [ a, b ] }            draft.cards[1].done = true
//   node root { cards }  ->  copy            edits: ["set", ["cards",1,"done"], true]
//   node cards [ a, b ]  ->  copy
//   node b               ->  copy            a is still that of the data

import { checkStrictly, type Segment, standsForData } from "../data/json.js";
import { refused } from "../data/proxied.js";
import { DraftNode } from "./node.js";

/** An object or array of data. */
export type Container = Record<string, unknown> | unknown[];

/** An edit as the boundary's `batch` takes it, and what is needed to join it with the next one. */
interface Edit {
  text: string;
  /** Elements that were appended, and to what. */
  pushed?: { list: DraftNode; place: string; texts: string[] };
  /** The one element that was taken out, and from where. */
  removed?: { list: DraftNode; place: string; index: number; element: unknown };
}

/** One draft's recorder. */
export class Recorder {
  /** What `change` hands out. */
  readonly draft: object;
  /** What a `change` within threw. */
  failure: unknown;
  readonly #root: DraftNode;
  readonly #edits: Edit[] = [];
  #isOpen = true;
  /** Objects and arrays that were made here, and that nobody else has: they are edited in place. */
  readonly #own = new WeakSet<object>();
  /** The nodes of objects and arrays. */
  readonly #nodes = new WeakMap<object, DraftNode>();

  constructor(root: unknown) {
    this.#root = new DraftNode(this, root as Container);
    this.#nodes.set(root as object, this.#root);
    this.draft = this.#root.proxy;
  }

  /** From now on, whoever kept a part of the draft is told that it is over. */
  close(): void {
    this.#isOpen = false;
  }

  assertOpen(): void {
    if (!this.#isOpen) throw refused("this draft is over: it can be used only while the function given to change() runs");
  }

  /** All edits, as JSON text. */
  edits(): string {
    return `[${this.#edits.map(textOf).join()}]`;
  }

  // The tree.

  /** What a draft shows of a member: a proxy for objects and arrays. */
  shown(value: unknown, parent: DraftNode, key: Segment): unknown {
    if (typeof value !== "object" || value === null) return value;
    return this.nodeOf(value as Container, parent, key).proxy;
  }

  nodeOf(container: Container, parent?: DraftNode, key?: Segment): DraftNode {
    let node = this.#nodes.get(container);
    if (node === undefined) {
      node = new DraftNode(this, container);
      this.#nodes.set(container, node);
    }
    if (parent !== undefined && key !== undefined) node.placeIn(parent, key);
    return node;
  }

  /** The node's container, ready to be edited. */
  own(node: DraftNode): Container {
    const before = node.container;
    if (this.#own.has(before)) return before;
    const copy: Container = Array.isArray(before) ? before.slice() : { ...before };
    const holder = node.holder();
    node.container = copy;
    this.#own.add(copy);
    this.#nodes.set(copy, node);
    // What is in no parent any more (taken out, or overwritten) is edited by itself.
    if (holder !== undefined) (this.own(holder.parent) as Record<Segment, unknown>)[holder.key] = copy;
    return copy;
  }

  /** Keys and indices from the root to a node; undefined where the node is no longer in the draft. */
  pathOf(node: DraftNode): Segment[] | undefined {
    const path: Segment[] = [];
    for (let here = node; here !== this.#root; ) {
      const holder = here.holder();
      if (holder === undefined) return undefined;
      path.push(holder.key);
      here = holder.parent;
    }
    return path.reverse();
  }

  // Values that come in.

  /**
   * What is put into the draft for a value that was handed in. Plain data is copied. A part of the draft that is taken out
   * of it (spliced out, or within `replaced`, which is about to be overwritten) goes in as it is: so whoever holds it still
   * writes to the document, as with plain objects.
   *
   * @param into Where it is put.
   * @param where What to call the write in an error, and `at` is the place.
   */
  adopt(value: unknown, into: DraftNode, where: string, at: readonly Segment[], replaced?: unknown): unknown {
    const kept = new Set<DraftNode>();
    const take = (part: unknown): unknown => {
      if (typeof part !== "object" || part === null) return part;
      const node = DraftNode.of(part);
      if (node !== undefined) {
        if (node.recorder !== this) throw refused(`${where}: this is a part of another draft`);
        // Twice, or within itself, it can only be a copy.
        if (!kept.has(node) && this.#leaves(node, replaced) && !holds(node, into)) {
          kept.add(node);
          return node.container;
        }
        return this.#copyOf(node.container);
      }
      if (standsForData in part) return this.#made((part as unknown as { toJSON(): Container }).toJSON());
      const copy: Container = Array.isArray(part) ? new Array(part.length) : {};
      for (const key of Object.keys(part)) {
        const member = take((part as Record<string, unknown>)[key]);
        put(copy, key, member);
        // A part that is kept has its place here from now on, and so have those that hold it.
        const inner = typeof member === "object" && member !== null ? this.#nodes.get(member) : undefined;
        inner?.placeIn(this.nodeOf(copy), Array.isArray(copy) ? Number(key) : key);
      }
      return this.#made(copy);
    };
    if (DraftNode.of(value) === undefined) checkStrictly(value, where, at);
    return take(value);
  }

  /** Whether a node is out of the draft, or will be once `replaced` is overwritten. */
  #leaves(node: DraftNode, replaced: unknown): boolean {
    for (let here = node; here !== this.#root; ) {
      if (here.container === replaced) return true;
      const holder = here.holder();
      if (holder === undefined) return true;
      here = holder.parent;
    }
    return false;
  }

  #copyOf(container: Container): Container {
    const copy: Container = Array.isArray(container) ? new Array(container.length) : {};
    for (const key of Object.keys(container)) {
      const member = (container as Record<string, unknown>)[key];
      put(copy, key, typeof member === "object" && member !== null ? this.#copyOf(member as Container) : member);
    }
    return this.#made(copy);
  }

  #made<C extends Container>(container: C): C {
    this.#own.add(container);
    return container;
  }

  // Edits.

  record(text: string): void {
    this.#edits.push({ text });
  }

  /** Elements that were appended; many in a row become one edit. */
  recordPush(list: DraftNode, place: string, texts: string[]): void {
    const last = this.#last()?.pushed;
    if (last?.list === list && last.place === place) last.texts.push(...texts);
    else this.#edits.push({ text: "", pushed: { list, place, texts } });
  }

  /** An element that was taken out. */
  recordRemoval(list: DraftNode, place: string, index: number, element: unknown): void {
    this.#edits.push({ text: `["splice",${place},${index},1]`, removed: { list, place, index, element } });
  }

  /** Whether what comes in again at `to` is what was just taken out: then it was a move, which others see as one. */
  recordMove(list: DraftNode, element: unknown, to: number): boolean {
    const last = this.#last();
    const removed = last?.removed;
    if (last === undefined || removed?.list !== list || removed.element !== element) return false;
    last.text = `["move",${removed.place},${removed.index},${to}]`;
    delete last.removed;
    return true;
  }

  /** Something out of the draft was edited: what was taken out is no longer what it was. */
  forgetRemoval(): void {
    delete this.#last()?.removed;
  }

  /** Hermes of 2022 has no `at`. */
  #last(): Edit | undefined {
    return this.#edits[this.#edits.length - 1];
  }
}

function textOf({ text, pushed }: Edit): string {
  return pushed === undefined ? text : `["push",${pushed.place},[${pushed.texts.join()}]]`;
}

/** Whether `inner` is `outer`, or somewhere in it. */
function holds(outer: DraftNode, inner: DraftNode): boolean {
  for (let here: DraftNode | undefined = inner; here !== undefined; here = here.holder()?.parent) {
    if (here === outer) return true;
  }
  return false;
}

/** Sets a member, whatever its name is. */
function put(container: Container, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    (container as Record<string, unknown>)[key] = value;
  }
}
