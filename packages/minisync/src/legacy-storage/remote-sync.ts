// Publishes documents in a store of the old library's kind and merges what others published there, under the old
// library's names and in its layout:
//
//   documents/document-<id>/master-index.json                    the user's clients, and the peers they know
//   documents/document-<id>/client-<id>/client-index.json        what one client has published
//   documents/document-<id>/client-<id>/part-00000000.json …     its change sets: a full one, and deltas behind it

import type { LatestUpdate, Peer } from "../document/changes.js";
import { Document } from "../document/document.js";
import { MiniSyncError } from "../error.js";
import { isVersion, newClientIndex, newMasterIndex, openPart, parseIndex, partName, pathOf, timestamp } from "./index-files.js";
import { defaultLogger } from "./logger.js";
import type { ClientIndex, Logger, MasterIndex, ProgressFunction, RemoteClientIndex, RemoteStore } from "./types.js";

/** A part larger than this is followed by another one. Characters. */
const PART_SIZE = 1024 * 1024;

/** What may be said when a document is published. */
export interface SaveRemoteOptions {
  /** What people call this client. */
  clientName?: string;
  /** A part that is larger is followed by another one. */
  partSizeLimit?: number;
  onProgress?: ProgressFunction;
}

/** A client's index, and the change sets that it names. */
interface Published {
  readonly index: ClientIndex;
  readonly parts: string[];
}

const ignore: ProgressFunction = () => {};

/** Syncs documents through stores of the old library's kind. New code does better with `open(…, { sync })`. */
export class RemoteSync {
  /** Where the documents are published. */
  readonly store: RemoteStore;
  /** Those through which peers' documents are read. */
  readonly allStores: RemoteStore[];
  readonly #logger: Logger;

  constructor(store: RemoteStore, allStores: RemoteStore[] = [store], logger: Logger = defaultLogger()) {
    this.store = store;
    this.allStores = allStores;
    this.#logger = logger;
  }

  /** Publishes what is new in a document. @returns the index of this client; null if nothing was new */
  async saveRemote(document: Document, options: SaveRemoteOptions = {}): Promise<RemoteClientIndex | null> {
    const { clientName, partSizeLimit = PART_SIZE, onProgress = ignore } = options;
    const [documentID, clientID] = [document.getID(), document.getClientID()];
    let index = await this.getClientIndex(documentID, clientID);
    // The old library's parts are of no use behind ours: begin anew.
    if (index === null || !index.parts.every((part) => isVersion(part.toVersion))) index = newClientIndex(clientID);
    onProgress(0.2);
    const version = document.getDocVersion();
    if (index.latest === version) return null;
    const part = openPart(index, partSizeLimit);
    const contents = JSON.stringify(document.getChanges(part.fromVersion));
    const saved = await this.store.putFile({ path: pathOf(documentID, clientID), fileName: partName(part.id), contents });
    onProgress(0.4);
    part.toVersion = version;
    part.size = contents.length;
    part.url = saved.url;
    index.latest = version;
    index.updated = timestamp(new Date());
    if (clientName !== undefined) index.clientName = clientName;
    const indexFile = await this.store.putFile({
      path: pathOf(documentID, clientID),
      fileName: "client-index.json",
      contents: JSON.stringify(index),
    });
    onProgress(0.6);
    const master = await this.#updateMasterIndex(document, index, indexFile.url);
    onProgress(1);
    this.#logger.debug(`saveRemote: published ${documentID}`);
    return { ...index, url: indexFile.url, masterIndexUrl: master.url };
  }

  /**
   * Makes a document of what is published in the own store: a new client of the latest state, or with `forClientID` that
   * client, as it was when it last published.
   */
  async createFromRemote(documentID: string, forClientID?: string): Promise<Document> {
    const latest = (await this.getMasterIndex(documentID))?.latestUpdate?.clientID;
    const clientID = forClientID ?? latest;
    const index = clientID === undefined ? null : await this.getClientIndex(documentID, clientID);
    if (index === null) throw new MiniSyncError("storage", `createFromRemote: nothing is published of ${JSON.stringify(documentID)}`);
    const path = pathOf(documentID, index.clientID);
    const files = await Promise.all(index.parts.map((part) => this.store.getFile({ path, fileName: partName(part.id) })));
    const parts = files.flatMap((file) => file?.contents ?? []);
    return makeDocument({ index, parts }, "createFromRemote", forClientID);
  }

  /** Makes a new client of a document that a peer published, from the address of the peer's master index. */
  async createFromUrl(url: string): Promise<Document> {
    const master = parseIndex(await this.getRemoteFile(url, this.allStores), "MASTER-INDEX", url);
    const client = master.latestUpdate === null ? undefined : master.clients[master.latestUpdate.clientID];
    if (client === undefined) throw new MiniSyncError("malformed", `createFromUrl: ${url} names no client that has published`);
    const index = parseIndex(await this.getRemoteFile(client.url, this.allStores), "CLIENT-INDEX", client.url);
    const document = makeDocument(await this.#download(index, index.parts, this.allStores), "createFromUrl");
    document.addPeer({ ...master, url });
    return document;
  }

  /** Merges what this user's other clients have published. @returns the same document */
  async mergeFromRemoteClients(document: Document, onProgress: ProgressFunction = ignore): Promise<Document> {
    const documentID = document.getID();
    const master = await this.getMasterIndex(documentID);
    const own = document.getClientID();
    const news = Object.entries(master?.clients ?? {}).filter(
      ([clientID, client]) => clientID !== own && !document.isNewerThan(update(clientID, client.lastReceived)),
    );
    const indexes = await Promise.all(news.map(([clientID]) => this.#orNull(this.getClientIndex(documentID, clientID))));
    onProgress(0.5);
    return this.mergeClients(document, present(indexes), [this.store], (completion) => onProgress(0.5 + completion / 2));
  }

  /** Merges what other users have published, whose addresses the own master index has. @returns the same document */
  async mergeFromRemotePeers(document: Document, onProgress: ProgressFunction = ignore): Promise<Document> {
    const known = new Map<string, Peer>();
    const master = await this.getMasterIndex(document.getID());
    for (const peer of [...(master?.peers ?? []), ...document.getPeers()]) if (peer.url !== null) known.set(peer.url, peer);
    const indexes = await Promise.all([...known.keys()].map((url) => this.#orNull(this.#peerIndex(document, url))));
    onProgress(0.5);
    return this.mergeClients(document, present(indexes), this.allStores, (completion) => onProgress(0.5 + completion / 2));
  }

  /** Merges what clients have published, by their indexes. What cannot be had is left out, and told to the logger. */
  async mergeClients(
    document: Document,
    clientIndexes: ClientIndex[],
    stores: RemoteStore[] = [this.store],
    onProgress: ProgressFunction = ignore,
  ): Promise<Document> {
    let done = 0;
    const all = await Promise.all(
      clientIndexes.map(async (index) => {
        const isNew = index.parts.filter((part) => !document.isNewerThan(update(index.clientID, part.toVersion)));
        const published = await this.#orNull(this.#download(index, isNew, stores));
        onProgress(++done / (clientIndexes.length + 1));
        return published;
      }),
    );
    for (const { index, parts } of present(all)) {
      try {
        for (const part of parts) document.applyChanges(part);
      } catch (error) {
        this.#logger.error(`mergeClients: what ${index.clientID} published cannot be merged:`, error);
      }
    }
    onProgress(1);
    return document;
  }

  /** The own user's index of a document; null where there is none. */
  async getMasterIndex(documentID: string): Promise<MasterIndex | null> {
    const file = await this.store.getFile({ path: pathOf(documentID), fileName: "master-index.json" });
    return file === null ? null : parseIndex(file.contents, "MASTER-INDEX", "master-index.json");
  }

  /** The index of one of the own user's clients; null where there is none. */
  async getClientIndex(documentID: string, clientID: string): Promise<ClientIndex | null> {
    const file = await this.store.getFile({ path: pathOf(documentID, clientID), fileName: "client-index.json" });
    return file === null ? null : parseIndex(file.contents, "CLIENT-INDEX", `client-index.json of ${clientID}`);
  }

  /** What is at an address, through the first of the stores that can read it. */
  async getRemoteFile(url: string, stores: RemoteStore[]): Promise<string> {
    for (const store of stores) if (await store.canDownloadUrl(url)) return store.downloadUrl(url);
    throw new MiniSyncError("storage", `none of the stores can read ${url}; hand one that can to RemoteSync, as second argument`);
  }

  /** The index of a peer's latest client; null if there is nothing new. */
  async #peerIndex(document: Document, url: string): Promise<ClientIndex | null> {
    const master = parseIndex(await this.getRemoteFile(url, this.allStores), "MASTER-INDEX", url);
    if (master.latestUpdate === null || document.isNewerThan(master.latestUpdate)) return null;
    const client = master.clients[master.latestUpdate.clientID];
    if (client === undefined) return null;
    return parseIndex(await this.getRemoteFile(client.url, this.allStores), "CLIENT-INDEX", client.url);
  }

  async #download(index: ClientIndex, parts: ClientIndex["parts"], stores: RemoteStore[]): Promise<Published> {
    const urls = parts.flatMap((part) => part.url ?? []);
    return { index, parts: await Promise.all(urls.map((url) => this.getRemoteFile(url, stores))) };
  }

  async #updateMasterIndex(document: Document, index: ClientIndex, url: string): Promise<MasterIndex> {
    const master = (await this.getMasterIndex(document.getID())) ?? newMasterIndex();
    master.clients[index.clientID] = { url, lastReceived: index.latest, label: index.clientName };
    master.latestUpdate = { clientID: index.clientID, updated: index.updated, version: index.latest };
    const own = document.getPeers();
    master.peers = [...own, ...(master.peers ?? []).filter((peer) => own.every((other) => other.url !== peer.url))];
    const put = (): Promise<{ url: string }> =>
      this.store.putFile({ path: pathOf(document.getID()), fileName: "master-index.json", contents: JSON.stringify(master) });
    const saved = await put();
    if (master.url !== saved.url) {
      // The file says where it is; it was not known before.
      master.url = saved.url;
      await put();
    }
    return master;
  }

  async #orNull<T>(promise: Promise<T>): Promise<T | null> {
    try {
      return await promise;
    } catch (error) {
      this.#logger.error(error);
      return null;
    }
  }
}

function makeDocument({ index, parts }: Published, method: string, forClientID?: string): Document {
  if (parts.length === 0) throw new MiniSyncError("storage", `${method}: the client ${index.clientID} has published nothing that can be read`);
  if (forClientID !== undefined) {
    return new Document({ kind: "saved", value: parts }, { restore: true, clientID: forClientID }, method);
  }
  const [first, ...rest] = parts;
  const document = new Document({ kind: "changes", value: first }, {}, method);
  for (const part of rest) document.applyChanges(part);
  return document;
}

function update(clientID: string, version: string | null): LatestUpdate | null {
  return version === null ? null : { clientID, updated: "", version };
}

function present<T>(values: (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}
