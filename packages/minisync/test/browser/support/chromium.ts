// Debian's Chromium, driven by Playwright. Another one can be named in CHROMIUM.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const candidates = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function executable(): string {
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error("there is no Chromium; install it (apt-get install chromium), or name one in CHROMIUM");
  return found;
}

// Chromium's sandbox does not work for root, as whom CI runs; `/dev/shm` is small in containers.
const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];

/** A browser whose windows are all private: nothing of them outlives it. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: executable(), args });
}

/** A profile on the disk, as people have one. */
export interface Profile {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function makeProfile(): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), "minisync-profile-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A browser of our own that can be killed, with that profile. Where it can be driven is its endpoint. */
export async function spawnChromium(folder: string): Promise<{ process: ChildProcess; endpoint: string }> {
  const own = ["--headless=new", "--remote-debugging-port=0", "--no-first-run", `--user-data-dir=${folder}`, "about:blank"];
  const child = spawn(executable(), [...args, ...own], { stdio: ["ignore", "ignore", "pipe"] });
  const endpoint = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.once("exit", () => reject(new Error(`Chromium ended: ${output}`)));
    child.stderr.on("data", (chunk) => {
      output += chunk;
      const match = /DevTools listening on (ws:\S+)/.exec(output);
      if (match !== null) resolve(match[1] as string);
    });
  });
  return { process: child, endpoint };
}
