// The handle on an object.

import { Handle } from "./handle.js";

/** A live reference to an object in a document. See `Handle`. */
export class ObjectHandle<in out T = any> extends Handle<T> {
  override getData(): T {
    return (this.engine.read("get", `[${this.place("", "getData")}]`) ?? null) as T;
  }

  /** The keys, in the document's order. */
  keys(): string[] {
    return (this.engine.read("keys", `[${this.place("", "keys")}]`) ?? []) as string[];
  }
}
