// Paths as the boundary takes them: JSON text of a place. Knows no document.

import { MiniSyncError, shown } from "../error.js";
import type { AnyPath } from "../types/path.js";

/** The place of `path` from a container on; from the root on without an id. */
export function placeText(id: string | undefined, path: AnyPath, method: string): string {
  const text = pathText(path, method);
  return id === undefined ? text : `{"id":${JSON.stringify(id)},"path":${text}}`;
}

/** The path as JSON text. */
function pathText(path: AnyPath, method: string): string {
  switch (typeof path) {
    case "string":
      return JSON.stringify(path);
    case "number":
      // Digits are an index in an array, and a key in an object.
      if (Number.isInteger(path)) return path < 0 ? `"[${path}]"` : `"${path}"`;
      break;
    case "object":
      if (Array.isArray(path) && path.every((part) => typeof part === "string" || Number.isInteger(part))) {
        return JSON.stringify(path);
      }
  }
  throw new MiniSyncError(
    "invalid-argument",
    `${method}: the path is ${shown(path)}; it has to be a text as "todo[0].done", a whole number, or an array of keys and ` +
      `indices as ["todo", 0, "done"]`,
  );
}

/** Splits the last index off a path: `a[5]` is 5 in `a`. Undefined where the path does not end with an index. */
export function splitIndex(path: AnyPath): { parent: AnyPath; index: number } | undefined {
  if (typeof path === "number") return path < 0 ? undefined : { parent: "", index: path };
  if (typeof path !== "string") {
    const index = path[path.length - 1];
    return typeof index === "number" && index >= 0 ? { parent: path.slice(0, -1), index } : undefined;
  }
  // In a JSON Pointer, a dot is part of a key.
  const match = path.startsWith("/") ? /^(.*)\/(\d+)$/s.exec(path) : /^(?:(.*)(?:\[(\d+)\]|\.(\d+))|(\d+))$/s.exec(path);
  if (match === null) return undefined;
  return { parent: match[1] ?? "", index: Number(match.slice(2).find((digits) => digits !== undefined)) };
}
