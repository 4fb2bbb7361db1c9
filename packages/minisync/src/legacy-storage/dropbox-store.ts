// The old library's store in Dropbox, through the `dropbox` package, which apps bring.

import type { FileData, FileHandle, RemoteFileHandle, RemoteStore } from "./types.js";

interface Response_<T> {
  result: T;
}

interface Listing {
  entries: { ".tag": string; name: string }[];
  has_more: boolean;
  cursor: string;
}

/** What is used of the class `Dropbox` in the package `dropbox`. */
export interface DropboxClient {
  filesUpload(arg: { path: string; contents: string; mode: { ".tag": "overwrite" } }): Promise<unknown>;
  filesDownload(arg: { path: string }): Promise<Response_<unknown>>;
  filesListFolder(arg: { path: string }): Promise<Response_<Listing>>;
  filesListFolderContinue(arg: { cursor: string }): Promise<Response_<Listing>>;
  sharingCreateSharedLink(arg: { path: string }): Promise<Response_<{ url: string }>>;
  sharingGetSharedLinkMetadata(arg: { url: string }): Promise<Response_<unknown>>;
  sharingGetSharedLinkFile(arg: { url: string }): Promise<Response_<unknown>>;
}

/** A store in a Dropbox. */
export class DropboxStore implements RemoteStore {
  readonly dropbox: DropboxClient;
  readonly rootFolder: string;
  readonly response: typeof Response | undefined;

  /**
   * @param dropbox An instance of the class `Dropbox`.
   * @param rootFolder The folder that all paths are below of.
   * @param response The class `Response`, where there is no global one.
   */
  constructor(dropbox: DropboxClient, rootFolder = "minisync", response?: typeof Response) {
    this.dropbox = dropbox;
    this.rootFolder = rootFolder;
    this.response = response;
  }

  async putFile({ path, fileName, contents }: FileData): Promise<RemoteFileHandle> {
    const place = this.#folder(path) + fileName;
    await this.dropbox.filesUpload({ path: place, contents, mode: { ".tag": "overwrite" } });
    const { result } = await this.dropbox.sharingCreateSharedLink({ path: place });
    return { path, fileName, url: result.url };
  }

  async getFile({ path, fileName }: FileHandle): Promise<FileData | null> {
    try {
      const { result } = await this.dropbox.filesDownload({ path: this.#folder(path) + fileName });
      return { path, fileName, contents: await this.#text(result) };
    } catch (error) {
      // Dropbox says 409 where there is no such file.
      if ((error as { status?: number } | null)?.status === 409) return null;
      throw error;
    }
  }

  async listFiles(path: string[]): Promise<FileHandle[]> {
    let { result } = await this.dropbox.filesListFolder({ path: this.#folder(path) });
    const entries = [...result.entries];
    while (result.has_more) {
      ({ result } = await this.dropbox.filesListFolderContinue({ cursor: result.cursor }));
      entries.push(...result.entries);
    }
    return entries.filter((entry) => entry[".tag"] === "file").map((entry) => ({ path, fileName: entry.name }));
  }

  async canDownloadUrl(url: string): Promise<boolean> {
    if (!url.startsWith("https://www.dropbox.com/")) return false;
    try {
      return Boolean((await this.dropbox.sharingGetSharedLinkMetadata({ url })).result);
    } catch {
      return false;
    }
  }

  async downloadUrl(url: string): Promise<string> {
    return this.#text((await this.dropbox.sharingGetSharedLinkFile({ url })).result);
  }

  /** `["some", "path"]` is `/minisync/some/path/`. */
  #folder(path: readonly string[]): string {
    return ["", this.rootFolder, ...path, ""].join("/").replace(/\/+/g, "/");
  }

  /** The content of a file: a Buffer in Node, a Blob in pages. */
  async #text(file: unknown): Promise<string> {
    const { fileBinary, fileBlob } = file as { fileBinary?: unknown; fileBlob?: Blob };
    if (typeof fileBinary === "string") return fileBinary;
    if (fileBinary instanceof Uint8Array) return new TextDecoder().decode(fileBinary);
    if (fileBlob !== undefined) return new (this.response ?? Response)(fileBlob).text();
    throw new Error("Dropbox answered without a file: no fileBinary and no fileBlob");
  }
}
