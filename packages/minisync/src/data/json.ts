// What may be written: checks that a value is JSON, and says where it is not. Knows no document.

import { MiniSyncError, shown } from "../error.js";

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A key of an object, or an index of an array. */
export type Segment = string | number;

/**
 * Handles carry this, so that they can be written as the data that they stand for: `doc.set("a", doc.get("b"))`.
 * They have a `toJSON` too, which is what `JSON.stringify` calls.
 */
export const standsForData: unique symbol = Symbol("minisync.standsForData");

/** More levels than any document may have (128, unless its limits say otherwise), so that no stack overflows. */
const DEEPEST = 1000;

/**
 * The JSON text of a value that was handed in to be written.
 *
 * Members that are `undefined` are left out, as `JSON.stringify` does; everything else that is not JSON is refused:
 * `JSON.stringify` would write `null` for it, or a text, and so change data without a word.
 *
 * @param value What was handed in.
 * @param where What to call it in an error, as `set("a.b")`.
 */
export function jsonText(value: unknown, where: string): string {
  // Most writes are of a primitive.
  if (typeof value === "string" || typeof value === "boolean" || value === null) return JSON.stringify(value);
  new Check(where, false).value(value, 0);
  return JSON.stringify(value);
}

/** Refuses what is not JSON, `undefined` members too. */
export function checkStrictly(value: unknown, where: string, at: readonly Segment[]): void {
  const check = new Check(where, true);
  check.trail.push(...at);
  check.value(value, 0);
}

/** A pass over a value. */
class Check {
  readonly trail: Segment[] = [];
  readonly #above: object[] = [];
  readonly #where: string;
  readonly #strict: boolean;

  constructor(where: string, strict: boolean) {
    this.#where = where;
    this.#strict = strict;
  }

  value(value: unknown, depth: number): void {
    switch (typeof value) {
      case "string":
      case "boolean":
        return;
      case "number":
        if (Number.isFinite(value)) return;
        return this.#refuse(value, "write null, or a text that says what is meant");
      case "object":
        if (value === null) return;
        return this.#container(value, depth);
      case "undefined":
        return this.#refuse(value, "write null, or take the place away with remove or delete");
      case "bigint":
        return this.#refuse(value, "write a number if it is small enough, or else a text");
      default:
        return this.#refuse(value, "documents hold data only");
    }
  }

  #container(value: object, depth: number): void {
    if (depth >= DEEPEST) this.#tooDeep();
    if (Array.isArray(value)) {
      this.#above.push(value);
      for (let index = 0; index < value.length; index++) {
        this.trail.push(index);
        this.value(value[index], depth + 1);
        this.trail.pop();
      }
      this.#above.pop();
      return;
    }
    if (standsForData in value) return;
    // Objects of other windows and of classes are data as well, if they do not say that they are something else.
    if (Object.prototype.toString.call(value) !== "[object Object]") {
      return this.#refuse(value, adviceOn(value));
    }
    if (typeof (value as { toJSON?: unknown }).toJSON === "function") {
      return this.#refuse(value, "it has a toJSON method: write what that returns, if this is what you mean");
    }
    this.#above.push(value);
    for (const key of Object.keys(value)) {
      const member = (value as Record<string, unknown>)[key];
      if (member === undefined && !this.#strict) continue;
      this.trail.push(key);
      this.value(member, depth + 1);
      this.trail.pop();
    }
    this.#above.pop();
  }

  #refuse(value: unknown, advice: string): never {
    throw new MiniSyncError("invalid-value", `${this.#where}: ${shown(value)}${this.#place()} is not JSON; ${advice}`, {
      place: pointer(this.trail),
    });
  }

  #tooDeep(): never {
    const seen = new Set(this.#above);
    const reason =
      seen.size < this.#above.length
        ? "contains itself; JSON has no cycles: refer to the other place by an id"
        : `is nested more than ${DEEPEST} levels deep`;
    throw new MiniSyncError(seen.size < this.#above.length ? "invalid-value" : "limit", `${this.#where}: the value ${reason}`);
  }

  #place(): string {
    return this.trail.length === 0 ? "" : ` at ${pointer(this.trail)}`;
  }
}

/** The place as a JSON Pointer (RFC 6901). */
export function pointer(trail: readonly Segment[]): string {
  return trail.map((part) => `/${String(part).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}

/** The keys and indices in a JSON Pointer, as texts. */
export function segments(path: string): string[] {
  if (path === "") return [];
  const parts = path.slice(1).split("/");
  return path.includes("~") ? parts.map((part) => part.replace(/~1/g, "/").replace(/~0/g, "~")) : parts;
}

function adviceOn(value: object): string {
  switch (Object.prototype.toString.call(value)) {
    case "[object Date]":
      return "write its toISOString(), or its getTime()";
    case "[object Map]":
      return "write Object.fromEntries() of it";
    case "[object Set]":
      return "write [...it]";
    default:
      return "documents hold plain objects and arrays only";
  }
}
