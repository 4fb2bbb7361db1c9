// What handles on objects and on arrays have in common. Knows the boundary's operations, and no kind of container.

import { jsonText, standsForData } from "../data/json.js";
import { MiniSyncError } from "../error.js";
import type { AnyPath, At, PathOf } from "../types/path.js";
import type { Handled, Writable } from "../types/data.js";
import type { Engine } from "./engine.js";
import { placeText, splitIndex } from "./place.js";
import { liveProxy } from "./proxy.js";

/** So many places may be left between the end of an array and an index that is set: they are filled with null. */
const WIDEST_GAP = 10_000;

/**
 * A live reference to an object or array in a document. It follows its container wherever that is moved to, and is gone
 * when the container is removed or overwritten: then reading finds nothing, and writing throws (`gone`).
 */
export abstract class Handle<in out T> {
  /** @internal */
  readonly engine: Engine;
  /** The container's id; undefined for the document itself. @internal */
  readonly id: string | undefined;
  /** @internal */
  readonly [standsForData] = true;

  /** @internal */
  constructor(engine: Engine, id: string | undefined) {
    this.engine = engine;
    this.id = id;
  }

  /**
   * What is at a path: a handle for an object or array, everything else as it is; undefined where nothing is.
   *
   * ```ts
   * import { from } from "minisync";
   *
   * const doc = from({ todo: [{ title: "milk" }] });
   * doc.get("todo[0].title"); // "milk"
   * doc.get("todo").push({ title: "bread" });
   * ```
   */
  get<const P extends PathOf<T>>(path: P): NoInfer<Handled<At<T, P>>>;
  get(path: AnyPath): unknown {
    const reference = this.engine.find(this.place(path, "get"));
    return reference === undefined ? undefined : this.engine.wrap(reference);
  }

  /**
   * Writes a value. What is above it has to be there. In an array the index may be the length; further behind, the places
   * between are filled with null.
   *
   * @returns true
   */
  set<const P extends PathOf<T>>(path: P, value: NoInfer<Writable<At<T, P>>>): boolean;
  set(path: AnyPath, value: unknown): boolean {
    const where = `set(${JSON.stringify(path)})`;
    const text = jsonText(value, where);
    const place = this.place(path, "set");
    const gap = this.#gap(path);
    if (gap === undefined) this.engine.commit("set", `[${place},${text}]`, "local");
    else this.engine.commit("push", `[${gap.place},[${"null,".repeat(gap.width)}${text}]]`, "local");
    return true;
  }

  /** Makes what is at a path equal to a value by the fewest changes, so that what others edit in it at the same time stays. */
  update<const P extends PathOf<T>>(path: P, value: NoInfer<Writable<At<T, P>>>): void;
  update(path: AnyPath, value: unknown): void {
    const text = jsonText(value, `update(${JSON.stringify(path)})`);
    this.engine.commit("update", `[${this.place(path, "update")},${text}]`, "local");
  }

  /**
   * Removes what is at a path; without one, this object or array itself.
   *
   * @returns whether something was there
   */
  remove(path?: PathOf<T>): boolean {
    if (path === undefined && this.id === undefined) {
      throw new MiniSyncError("refused", "remove: a document cannot be removed from itself; say what is to be removed, as remove(\"todo[0]\")");
    }
    if (path === undefined && this.isRemoved()) return false;
    const place = this.place((path ?? "") as AnyPath, "remove");
    return this.engine.commit("remove", `[${place}]`, "local").result === true;
  }

  /** Fresh plain data, yours to change; null if this is no longer in the document. */
  abstract getData(): unknown;

  /** The id of this object or array, the same for all clients; of the document itself, its id. */
  getID(): string {
    return this.id as string;
  }

  /** Whether this object or array is no longer in the document. */
  isRemoved(): boolean {
    return this.engine.text("find", `[${this.place("", "isRemoved")}]`) === "";
  }

  /** A proxy that looks like plain data and writes to the document. `data` and `change` are quicker. */
  getProxy(): any {
    return liveProxy(this as never);
  }

  /** What `JSON.stringify` takes. */
  toJSON(): unknown {
    return this.getData();
  }

  /** The JSON text of a place from here on. @internal */
  protected place(path: AnyPath, method: string): string {
    return placeText(this.id, path, method);
  }

  /** If a path leads behind the end of an array: the array, and how many places lie between. */
  #gap(path: AnyPath): { place: string; width: number } | undefined {
    const split = splitIndex(path);
    if (split === undefined) return undefined;
    const place = this.place(split.parent, "set");
    const length = this.engine.read("length", `[${place}]`);
    if (typeof length !== "number" || split.index <= length) return undefined;
    const width = split.index - length;
    if (width > WIDEST_GAP) {
      throw new MiniSyncError(
        "limit",
        `set(${JSON.stringify(path)}): the array has ${length} elements, and at most ${WIDEST_GAP} places are filled with null; ` +
          "use push, or an object with the numbers as keys",
      );
    }
    return { place, width };
  }
}

/** The plain data of a handle; everything else as it is. */
export function plain(value: unknown): unknown {
  return value instanceof Handle ? value.getData() : value;
}
