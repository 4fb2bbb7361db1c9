// Checks data against a schema of any library that keeps to Standard Schema. Knows no document.

import { type Issue, MiniSyncError, shown } from "../error.js";
import type { SchemaResult, StandardSchema } from "../types/schema.js";

/** A schema, ready to check. */
export class SchemaCheck {
  readonly #schema: StandardSchema["~standard"];

  constructor(schema: StandardSchema, method: string) {
    const standard = (schema as Partial<StandardSchema> | null)?.["~standard"];
    if (typeof standard?.validate !== "function") {
      throw new MiniSyncError(
        "invalid-argument",
        `${method}: the schema is ${shown(schema)}; it has to be a Standard Schema, as those of zod, valibot and arktype`,
      );
    }
    this.#schema = standard;
  }

  /** What is wrong with a value; nothing if it is right. */
  issues(value: unknown): readonly Issue[] {
    const result = this.#schema.validate(value);
    if (result instanceof Promise) {
      throw new MiniSyncError("invalid-argument", "the schema checks asynchronously; a document needs one that answers at once");
    }
    return (result.issues ?? []).map(plainIssue);
  }

  /** Refuses a value that an own write would lead to. */
  refuse(value: unknown, what: string): void {
    const issues = this.issues(value);
    if (issues.length === 0) return;
    const first = issues[0] as Issue;
    const more = issues.length > 1 ? `, and ${issues.length - 1} more` : "";
    const place = first.path.length === 0 ? "" : `${first.path.join(".")}: `;
    throw new MiniSyncError("invalid-data", `${what}: the schema refuses this: ${place}${first.message}${more}`, { issues });
  }
}

type RawIssue = NonNullable<SchemaResult["issues"]>[number];

/** Libraries write a path's parts as keys, or as objects with a key; and the path as an array, or a class of their own. */
function plainIssue({ message, path = [] }: RawIssue): Issue {
  const parts = Array.from(path, (part) => (typeof part === "object" ? part.key : part));
  return { message, path: parts.map((part) => (typeof part === "number" ? part : String(part))) };
}
