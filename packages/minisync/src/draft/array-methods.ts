// What changes an array of a draft. All other methods are those of `Array.prototype`, which work on the draft as it is.

import { callable } from "../argument.js";
import { DraftNode } from "./node.js";

/** The node behind `this`. */
function nodeOf(self: unknown): DraftNode {
  const node = DraftNode.of(self);
  if (node === undefined) throw new TypeError("this method was called on something that is no array of a draft");
  node.recorder.assertOpen();
  return node;
}

function lengthOf(node: DraftNode): number {
  return (node.container as unknown[]).length;
}

/** As `Array` methods take indices: cut to the array, from the end if negative, 0 for what is no number. */
function inside(index: unknown, length: number, otherwise: number): number {
  if (index === undefined) return otherwise;
  const whole = Math.trunc(Number(index)) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
}

/** By name; each is called with the draft as `this`. */
export const arrayMethods: Record<string, (this: unknown, ...args: never[]) => unknown> = {
  push(...items: unknown[]) {
    const node = nodeOf(this);
    node.splice(lengthOf(node), 0, items);
    return lengthOf(node);
  },

  pop() {
    const node = nodeOf(this);
    return node.splice(Math.max(0, lengthOf(node) - 1), 1, [])[0];
  },

  shift() {
    return nodeOf(this).splice(0, 1, [])[0];
  },

  unshift(...items: unknown[]) {
    const node = nodeOf(this);
    node.splice(0, 0, items);
    return lengthOf(node);
  },

  splice(...args: unknown[]) {
    const node = nodeOf(this);
    const length = lengthOf(node);
    const start = inside(args[0], length, 0);
    const most = length - start;
    const count = args.length === 0 ? 0 : args.length === 1 ? most : Math.min(most, Math.max(0, Math.trunc(Number(args[1])) || 0));
    return node.splice(start, count, args.slice(2));
  },

  sort(compare?: (a: unknown, b: unknown) => number) {
    const node = nodeOf(this);
    if (compare !== undefined) callable(compare, "sort");
    const order = Array.from({ length: lengthOf(node) }, (_, index) => index);
    const items = order.map((index) => node.member(index));
    // Sorting what stands for the indices keeps equal elements in their order.
    const byText = (a: unknown, b: unknown): number => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0);
    node.reorder(order.sort((a, b) => (compare ?? byText)(items[a], items[b])));
    return this;
  },

  reverse() {
    const node = nodeOf(this);
    const last = lengthOf(node) - 1;
    node.reorder(Array.from({ length: last + 1 }, (_, index) => last - index));
    return this;
  },

  fill(value: unknown, start?: number, end?: number) {
    const node = nodeOf(this);
    const length = lengthOf(node);
    for (let at = inside(start, length, 0); at < inside(end, length, length); at++) node.set(at, value);
    return this;
  },

  copyWithin(target: number, start?: number, end?: number) {
    const node = nodeOf(this);
    const indices = Array.from({ length: lengthOf(node) }, (_, index) => index);
    const items = indices.map((index) => node.member(index));
    indices.copyWithin(target, start ?? 0, end).forEach((from, at) => {
      if (from !== at) node.set(at, items[from]);
    });
    return this;
  },
};
