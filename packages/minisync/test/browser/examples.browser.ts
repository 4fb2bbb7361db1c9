// The examples of the frameworks build, and do in a page what they are for.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/chromium.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function serve(folder: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const path = request.url === "/" || request.url === undefined ? "/index.html" : request.url;
    readFile(join(folder, path)).then(
      (content) => response.setHeader("Content-Type", TYPES[extname(path)] ?? "text/plain").end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}/` };
}

const titles = (page: Page): Promise<string[]> => page.locator("li span").allTextContents();

test.each(["react", "vue", "svelte", "solid"])("%s", async (example) => {
  const folder = await mkdtemp(join(tmpdir(), "minisync-example-"));
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const build = ["build", "--config", "examples/vite.config.ts", "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"];
  // A process of its own, as people build, and since Vite sets `NODE_ENV`.
  await promisify(execFile)(process.execPath, [vite, ...build], { cwd: root, env: { ...process.env, NODE_ENV: "", EXAMPLE: example } });
  const { server, url } = await serve(folder);
  const context = await browser.newContext({ viewport: { width: 700, height: 500 } });
  const errors: string[] = [];
  context.on("weberror", (error) => errors.push(String(error.error())));
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(url);
  for (const title of ["tea", "cake"]) {
    await page.getByLabel("New card").fill(title);
    await page.getByRole("button", { name: "Add" }).click();
  }
  await page.getByLabel("cake").check();
  await page.getByText("saved", { exact: true }).waitFor();
  expect(await titles(page)).toEqual(["tea", "cake"]);
  // Another tab sees it, and the first one follows what is done there.
  const other = await context.newPage();
  await other.goto(url);
  await other.getByLabel("tea").check();
  await page.waitForFunction(() => document.querySelectorAll("li :checked").length === 2);
  await page.reload();
  await page.getByLabel("tea").waitFor();
  expect(await page.getByRole("checkbox", { checked: true }).count()).toBe(2);
  if (process.env["SCREENSHOTS"] !== undefined) {
    await page.screenshot({ path: join(process.env["SCREENSHOTS"], `${example}.png`) });
  }
  expect(errors).toEqual([]);
  await context.close();
  server.close();
  await rm(folder, { recursive: true });
});
