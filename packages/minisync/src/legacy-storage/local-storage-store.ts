// The old library's store in localStorage, with its keys.

import type { FileData, FileHandle, LocalStore } from "./types.js";

/** A store in this page's localStorage. */
export class LocalStorageStore implements LocalStore {
  readonly prefix: string;

  constructor(prefix = "minisync") {
    this.prefix = prefix;
  }

  async getFile({ path, fileName }: FileHandle): Promise<FileData | null> {
    const contents = localStorage.getItem(this.#key(path, fileName));
    return contents === null ? null : { path, fileName, contents };
  }

  async putFile({ path, fileName, contents }: FileData): Promise<FileHandle> {
    localStorage.setItem(this.#key(path, fileName), contents);
    return { path, fileName };
  }

  async listFiles(path: string[]): Promise<FileHandle[]> {
    const start = this.#key(path, "");
    const names: string[] = [];
    for (let at = 0; at < localStorage.length; at++) {
      const key = localStorage.key(at);
      if (key?.startsWith(start)) names.push(key.slice(start.length));
    }
    return names.map((fileName) => ({ path, fileName }));
  }

  #key(path: readonly string[], fileName: string): string {
    return `${this.prefix}//${path.join("/")}/${fileName}`;
  }
}
