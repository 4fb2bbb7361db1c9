// Opens a page of this folder in Chromium (Debian's, or the one named in CHROMIUM), and returns what it prints.
import { createServer } from "node:http";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".cjs": "text/javascript", ".map": "application/json" };
const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Serves a folder; `page` is what stands at `/` in place of its index.html. */
export async function serve(folder, page) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    if (path === "/favicon.ico") return response.writeHead(204).end();
    const file = path === "/" ? "/index.html" : path;
    try {
      const content = path === "/" && page !== undefined ? page : await readFile(join(folder, file));
      // No charset: what a page says has to do.
      response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  return { url: `http://localhost:${server.address().port}/`, close: () => server.closeAllConnections() ?? server.close() };
}

/** Waits until the page has printed so many lines; errors of the page and of what it loads count as lines. */
export async function printed(url, count) {
  const executablePath = candidates.find((path) => path && existsSync(path));
  if (executablePath === undefined) throw new Error("there is no Chromium; install it (apt-get install chromium), or name one in CHROMIUM");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    const lines = [];
    const requests = [];
    const done = new Promise((resolve, reject) => {
      const add = (line) => lines.push(line) >= count && resolve();
      page.on("console", (message) => message.location().url.endsWith("/favicon.ico") || add(message.text()));
      page.on("pageerror", (error) => add(`error: ${error.message}`));
      page.on("requestfinished", (request) => requests.push(new URL(request.url()).pathname));
      setTimeout(() => reject(new Error(`the page printed no more than ${JSON.stringify(lines)}`)), 30_000).unref();
    });
    await page.goto(url);
    await done;
    return { lines, requests, text: await page.locator("body").innerText() };
  } finally {
    await browser.close();
  }
}

/** The same of a folder. */
export async function printedBy(folder, count, page) {
  const site = await serve(folder, page);
  try {
    return await printed(site.url, count);
  } finally {
    site.close();
  }
}
