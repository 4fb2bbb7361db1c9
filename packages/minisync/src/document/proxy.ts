// The proxy that `getProxy` hands out: looks like plain data, reads and writes the document at each access. For code
// that was written for the old library; `data` and `change` are quicker. Knows handles by their methods only.

import { indexOf, inherited, refusals } from "../data/proxied.js";
import type { AnyPath } from "../types/path.js";

/** What a proxy needs of a handle. */
interface AnyHandle {
  get(path: AnyPath): unknown;
  set(path: AnyPath, value: unknown): boolean;
  remove(path: AnyPath): boolean;
  getProxy(): unknown;
}

interface ObjectHandle extends AnyHandle {
  keys(): string[];
}

interface ArrayHandle extends AnyHandle {
  length(): number;
  splice(start: number): unknown;
  sort(compare?: (a: unknown, b: unknown) => number): unknown;
  reverse(): unknown;
  removeAt(index: number): unknown;
  forEach: unknown;
}

/** The handles behind proxies. */
const handleOf = new WeakMap<object, AnyHandle>();

/** Methods that a handle does itself, rather than `Array.prototype` on the proxy. */
const OWN = new Set<PropertyKey>([
  "push", "pop", "shift", "unshift", "splice", "fill", "copyWithin", "indexOf", "lastIndexOf", "includes", "concat", "join",
]);

export function liveProxy(handle: ObjectHandle | ArrayHandle): any {
  const isArray = "forEach" in handle;
  const proxy = new Proxy<object>(isArray ? [] : {}, isArray ? arrayTraps(handle) : objectTraps(handle));
  handleOf.set(proxy, handle);
  return proxy;
}

/** A proxy for an object or array, anything else as it is. */
function proxied(value: unknown): unknown {
  return isHandle(value) ? value.getProxy() : value;
}

function isHandle(value: unknown): value is AnyHandle {
  return typeof value === "object" && value !== null && "getProxy" in value;
}

/** What a method is to be handed where an app handed in a proxy. */
function unproxied(value: unknown): unknown {
  return (typeof value === "object" && value !== null && handleOf.get(value)) || value;
}

function objectTraps(handle: ObjectHandle): ProxyHandler<object> {
  const read = (key: PropertyKey): unknown => (typeof key === "string" ? handle.get([key]) : undefined);
  return {
    ...refusals,
    get(_, key) {
      const value = read(key);
      return value === undefined ? inherited(false, key) : proxied(value);
    },
    set: (_, key, value) => typeof key === "string" && handle.set([key], unproxied(value)),
    has: (_, key) => read(key) !== undefined,
    deleteProperty: (_, key) => typeof key === "string" && (handle.remove([key]), true),
    ownKeys: () => handle.keys(),
    getOwnPropertyDescriptor(_, key) {
      const value = read(key);
      if (value === undefined) return undefined;
      return { value: proxied(value), writable: true, enumerable: true, configurable: true };
    },
  };
}

function arrayTraps(handle: ArrayHandle): ProxyHandler<object> {
  const read = (key: PropertyKey): unknown => (indexOf(key) === -1 ? undefined : handle.get([indexOf(key)]));
  return {
    ...refusals,
    get(_, key) {
      if (key === "length") return handle.length();
      if (indexOf(key) !== -1) return proxied(read(key));
      if (OWN.has(key)) {
        const method = handle[key as keyof ArrayHandle] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          const result = method.apply(handle, args.map(unproxied));
          return result === handle ? handle.getProxy() : result;
        };
      }
      if (key === "sort" || key === "reverse") {
        return (compare?: (a: unknown, b: unknown) => number) => {
          if (key === "sort") handle.sort(compare);
          else handle.reverse();
          return handle.getProxy();
        };
      }
      return inherited(true, key);
    },
    set(_, key, value) {
      if (key === "length") {
        handle.splice(value as number);
        return true;
      }
      return indexOf(key) !== -1 && handle.set([indexOf(key)], unproxied(value));
    },
    has: (_, key) => key === "length" || read(key) !== undefined,
    deleteProperty: (_, key) => indexOf(key) !== -1 && (handle.removeAt(indexOf(key)), true),
    ownKeys: () => [...Array.from({ length: handle.length() }, (_, index) => String(index)), "length"],
    getOwnPropertyDescriptor(_, key) {
      if (key === "length") return { value: handle.length(), writable: true, enumerable: false, configurable: false };
      const value = read(key);
      if (value === undefined) return undefined;
      return { value: proxied(value), writable: true, enumerable: true, configurable: true };
    },
  };
}
