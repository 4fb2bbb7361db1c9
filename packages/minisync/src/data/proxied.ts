// What all proxies of ours do alike, so that they pass for plain objects and arrays and never give a prototype away.

import { MiniSyncError } from "../error.js";

/**
 * What a proxy shows of its prototype. Neither `constructor` nor `__proto__`: `proxy[a][b] = value` with keys from a
 * stranger must not reach `Object.prototype`.
 */
export function inherited(isArray: boolean, key: PropertyKey): unknown {
  if (key === "constructor" || key === "__proto__") return undefined;
  return Reflect.get(isArray ? Array.prototype : Object.prototype, key);
}

/** The index that a property name is, if it is one: -1 if not. */
export function indexOf(key: PropertyKey): number {
  return typeof key === "string" && /^(0|[1-9]\d{0,9})$/.test(key) ? Number(key) : -1;
}

/** The traps for what no proxy of ours does. */
export const refusals = {
  defineProperty(): never {
    throw refused("defineProperty is not possible here: assign a value instead");
  },
  setPrototypeOf(): never {
    throw refused("setPrototypeOf is not possible here: documents hold plain objects and arrays only");
  },
  preventExtensions(): never {
    throw refused("this cannot be frozen or sealed: it is there to be changed");
  },
  getPrototypeOf(target: object): object {
    return Array.isArray(target) ? Array.prototype : Object.prototype;
  },
} satisfies ProxyHandler<object>;

export function refused(message: string): MiniSyncError {
  return new MiniSyncError("refused", message);
}
