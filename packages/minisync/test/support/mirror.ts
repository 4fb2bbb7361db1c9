// A copy that follows a document by its patches: RFC 6902, written anew and naively, as somebody else would.

import type { Patch } from "../../src/index.js";

export class Mirror {
  data: any;

  constructor(data: unknown) {
    this.data = structuredClone(data);
  }

  apply(patches: readonly Patch[]): void {
    for (const patch of patches) {
      const parts = patch.path.split("/").slice(1).map(unescape);
      const value = "value" in patch ? structuredClone(patch.value) : undefined;
      if (parts.length === 0) {
        this.data = value;
        continue;
      }
      const last = parts.pop() as string;
      const parent = this.#at(parts);
      if (patch.op === "move") {
        const from = patch.from.split("/").slice(1).map(unescape);
        const index = Number(from.pop());
        const source = this.#at(from);
        if (source !== parent) throw new Error("a move leaves its list");
        parent.splice(Number(last), 0, ...source.splice(index, 1));
      } else if (Array.isArray(parent)) {
        const index = Number(last);
        if (!(index >= 0 && index <= parent.length - (patch.op === "add" ? 0 : 1))) throw new Error(`no element ${patch.path}`);
        if (patch.op === "add") parent.splice(index, 0, value);
        else if (patch.op === "replace") parent[index] = value;
        else parent.splice(index, 1);
      } else {
        if (Object.hasOwn(parent, last) !== (patch.op !== "add")) throw new Error(`${patch.op} at ${patch.path}`);
        if (patch.op === "remove") delete parent[last];
        else Object.defineProperty(parent, last, { value, writable: true, enumerable: true, configurable: true });
      }
    }
  }

  #at(parts: string[]): any {
    return parts.reduce((here, part) => {
      if (!Object.hasOwn(here, part)) throw new Error(`nothing at ${part}`);
      return here[part];
    }, this.data);
  }
}

function unescape(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
