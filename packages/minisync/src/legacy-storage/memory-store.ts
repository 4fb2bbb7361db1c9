// The old library's store in memory: nested objects, and `data:` addresses.

import type { FileData, FileHandle, RemoteFileHandle, RemoteStore } from "./types.js";

const START = "data:text/plain;base64,";

type Files = { [name: string]: Files | string };

/** A store in memory, mostly for tests. */
export class MemoryStore implements RemoteStore {
  readonly files: Files;

  /** @param files Folders as objects, files as texts. */
  constructor(files: object = {}) {
    this.files = files as Files;
  }

  async getFile({ path, fileName }: FileHandle): Promise<FileData | null> {
    const contents = this.#at([...path, fileName]);
    return typeof contents === "string" ? { path, fileName, contents } : null;
  }

  async putFile({ path, fileName, contents }: FileData): Promise<RemoteFileHandle> {
    let folder = this.files;
    for (const name of path) {
      const next = Object.hasOwn(folder, name) ? folder[name] : undefined;
      if (typeof next === "object") folder = next;
      else folder = folder[name] = Object.create(null) as Files;
    }
    folder[fileName] = contents;
    return { path, fileName, url: START + toBase64(contents) };
  }

  async listFiles(path: string[]): Promise<FileHandle[]> {
    const folder = this.#at(path);
    if (typeof folder !== "object") return [];
    return Object.keys(folder).flatMap((fileName) => (typeof folder[fileName] === "string" ? { path, fileName } : []));
  }

  async canDownloadUrl(url: string): Promise<boolean> {
    return url.startsWith(START);
  }

  async downloadUrl(url: string): Promise<string> {
    return fromBase64(url.slice(START.length));
  }

  #at(path: readonly string[]): Files | string | undefined {
    let here: Files | string | undefined = this.files;
    for (const name of path) here = typeof here === "object" && Object.hasOwn(here, name) ? here[name] : undefined;
    return here;
  }
}

function toBase64(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

function fromBase64(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
}
