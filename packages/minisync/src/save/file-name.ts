// What the files of a saved document are called. Knows no store. docs/guide/storage.md shows the layout.

import { encodeName } from "../storage/store.js";

/** A file that holds a change set: written once, and deleted when another one holds all that is in it. */
export interface SaveFile {
  readonly name: string;
  /** Grows: higher than that of every file that its writer had seen. */
  readonly sequence: number;
  /** Who wrote it. */
  readonly slot: string;
  /** Whether it holds the whole document. */
  readonly isFull: boolean;
}

const PATTERN = /^(\d{1,15})-([a-z0-9]+)-(full|delta)\.json$/;

/** The folder of a document. */
export function saveFolder(document: string): string {
  return `save/${encodeName(document)}`;
}

/** The name of the file that a slot writes next. */
export function saveFile(sequence: number, slot: string, isFull: boolean): SaveFile {
  return { name: `${sequence}-${slot}-${isFull ? "full" : "delta"}.json`, sequence, slot, isFull };
}

/** A file by its name; undefined if it is another kind of file. */
export function parseSaveFile(name: string): SaveFile | undefined {
  const match = PATTERN.exec(name);
  if (match === null) return undefined;
  return { name, sequence: Number(match[1]), slot: match[2] as string, isFull: match[3] === "full" };
}
