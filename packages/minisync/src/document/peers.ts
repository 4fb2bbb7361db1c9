// Those a document is shared with through remote storage: kept beside the document, and never exchanged.

import { MiniSyncError, shown } from "../error.js";
import type { Peer } from "./changes.js";

/** The list of peers, by their addresses. */
export class Peers {
  readonly #all: Peer[] = [];

  all(): Peer[] {
    return this.#all.map((peer) => ({ ...peer }));
  }

  /** Takes of a peer what is a peer's; it may be a whole master index. */
  add(peer: Peer): void {
    if (typeof peer !== "object" || peer === null) {
      throw new MiniSyncError("invalid-argument", `addPeer: the peer is ${shown(peer)}; it has to have url, label and latestUpdate`);
    }
    const { url, latestUpdate, label } = peer;
    if (typeof url !== "string" && url !== null) {
      throw new MiniSyncError("invalid-argument", `addPeer: the peer's url is ${shown(url)}; it has to be a text, or null`);
    }
    const own = { url, latestUpdate: latestUpdate ?? null, label };
    const known = this.#all.findIndex((other) => other.url === url);
    if (known === -1) this.#all.push(own);
    else this.#all[known] = own;
  }
}
