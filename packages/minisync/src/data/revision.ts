// The next revision of plain data: applies patches to copies, and copies each object and array at most once.
// Knows JSON Patch and plain data.

import type { Patch } from "../boundary/exports.js";
import { deepFreeze, development } from "./freeze.js";
import { type Segment, segments } from "./json.js";
import { copyMap, removeMember, setMember } from "./large-map.js";

type Container = Record<string, unknown> | unknown[];

/**
 * A revision in the making. Objects and arrays that it made itself (`fresh`) it edits in place; all others belong to
 * the revision before, or to a patch that others see too, and are copied before the first edit.
 */
export class Revision {
  #root: unknown;
  readonly #fresh = new Set<object>();
  /** Values that patches brought. */
  readonly #brought: unknown[] = [];
  /** Objects that got new keys, with the object or array that each is in. */
  readonly #extended = new Set<Container>();
  readonly #above = new Map<Container, Container>();

  constructor(root: unknown) {
    this.#root = root;
  }

  apply(patch: Patch): void {
    const way = segments(patch.path);
    const last = way.pop();
    if (patch.op !== "remove" && patch.op !== "move" && development) this.#brought.push(patch.value);
    if (last === undefined) {
      if (patch.op === "add" || patch.op === "replace") this.#root = patch.value;
      return;
    }
    const parent = this.#walk(way);
    if (Array.isArray(parent)) {
      this.#applyToArray(parent, Number(last), patch);
    } else if (patch.op === "remove") {
      removeMember(parent, last);
    } else if (patch.op !== "move") {
      if (patch.op === "add") this.#extended.add(parent);
      setMember(parent, last, patch.value);
    }
  }

  #applyToArray(array: unknown[], index: number, patch: Patch): void {
    switch (patch.op) {
      case "add":
        // `push` is quicker than `splice`, and most new elements come last.
        if (index === array.length) array.push(patch.value);
        else array.splice(index, 0, patch.value);
        return;
      case "replace":
        array[index] = patch.value;
        return;
      case "remove":
        array.splice(index, 1);
        return;
      case "move": {
        const from = Number(patch.from.slice(patch.from.lastIndexOf("/") + 1));
        array.splice(index, 0, ...array.splice(from, 1));
      }
    }
  }

  /** The container at a place, ready to be edited, as is everything above it. */
  #walk(way: readonly string[]): Container {
    let here = this.#own(this.#root);
    this.#root = here;
    for (const key of way) {
      const child = (here as Record<string, unknown>)[key];
      const own = this.#own(child);
      if (own !== child) {
        if (Array.isArray(here)) here[Number(key)] = own;
        else setMember(here, key, own);
      }
      this.#above.set(own, here);
      here = own;
    }
    return here;
  }

  /** The container itself if it was made here, else a copy. */
  #own(container: unknown): Container {
    if (this.#fresh.has(container as object)) return container as Container;
    if (typeof container !== "object" || container === null) {
      throw new Error("minisync: a patch leads into what is no object or array; please report this bug");
    }
    const copy: Container = Array.isArray(container) ? container.slice() : copyMap(container as Record<string, unknown>);
    this.#fresh.add(copy);
    return copy;
  }

  /** Brings the keys of objects that got new ones into the document's order. `keysAt` tells it for the document of now. */
  reorder(keysAt: (path: readonly Segment[]) => readonly string[] | undefined): void {
    for (const map of this.#extended) {
      const path = this.#pathOf(map);
      if (path === undefined || Array.isArray(map)) continue;
      const order = keysAt(path);
      if (order === undefined) continue;
      const members = Object.entries(map);
      // Keys that look like indices stand first in JavaScript, whatever the document's order is.
      const isIndex = (key: string): boolean => /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1;
      const wanted = order.filter((key) => !isIndex(key));
      const found = members.filter(([key]) => !isIndex(key));
      if (found.every(([key], at) => key === wanted[at])) continue;
      const values = new Map(members);
      for (const [key] of found) removeMember(map, key);
      for (const key of wanted) if (values.has(key)) setMember(map, key, values.get(key));
    }
  }

  /** Where a container of this revision is; undefined if it is no longer in it. */
  #pathOf(container: Container): Segment[] | undefined {
    const path: Segment[] = [];
    for (let here = container; here !== this.#root; ) {
      const above = this.#above.get(here);
      if (above === undefined) return undefined;
      const key = Array.isArray(above) ? above.indexOf(here) : Object.keys(above).find((name) => above[name] === here);
      if (key === undefined || key === -1) return undefined;
      path.unshift(key);
      here = above;
    }
    return path;
  }

  /** The data of this revision. From now on nobody edits it. */
  finish(): unknown {
    if (development) {
      for (const value of this.#brought) deepFreeze(value);
      for (const copy of this.#fresh) Object.freeze(copy);
    }
    return this.#root;
  }
}
