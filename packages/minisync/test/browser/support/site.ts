// A site on this machine with one empty page, in which the package is `window.minisync`: what the tests drive.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bundleForPages } from "../../support/bundle.js";

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>MiniSync</title><link rel="icon" href="data:,">
<script src="/minisync.js"></script><p>A page.</p></html>`;

/** A running site. */
export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a site; each test file has one of its own, so that nothing is shared. */
export async function startSite(): Promise<Site> {
  const script = await bundleForPages();
  const server: Server = createServer((request, response) => {
    const isScript = request.url === "/minisync.js";
    response.setHeader("Content-Type", isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
    response.end(isScript ? script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}
