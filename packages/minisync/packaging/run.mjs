// Installs the packed tarball as a user would, once for each folder here, and runs the folder's test.
// `node packaging/run.mjs` runs all, `node packaging/run.mjs vite` one; build first (`cargo xtask npm`).
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "minisync-packaging-"));

function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, timeout: 300_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      // A stack trace in a bundle quotes the whole of it.
      const short = (text) => text.split("\n").map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line)).join("\n");
      if (error) reject(new Error(short(`${command} ${args.join(" ")}: ${error.message}\n${stdout}${stderr}`)));
      else resolve(stdout);
    });
  });
}

async function test(name, tarball) {
  const folder = join(scratch, name);
  // Each folder gets what all share: the app, what it prints, and how a page is opened.
  cpSync(join(here, "support"), folder, { recursive: true });
  cpSync(join(here, name), folder, { recursive: true });
  await run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", tarball], folder);
  await run("node", ["test.mjs", tarball], folder);
}

const wanted = process.argv.slice(2);
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).filter((name) => name !== "support");
const names = wanted.length > 0 ? wanted : folders;
const packed = await run("npm", ["pack", "--silent", "--pack-destination", scratch], join(here, ".."));
const tarball = join(scratch, packed.trim());

let failed = 0;
const waiting = [...names];
// They mostly wait for the registry: two at a time.
await Promise.all([0, 1].map(async () => {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const start = Date.now();
    try {
      await test(name, tarball);
      console.log(`${name}: passed in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    } catch (error) {
      failed++;
      console.log(`${name}: FAILED\n${error.message}`);
    }
  }
}));
rmSync(scratch, { recursive: true, force: true });
process.exitCode = failed > 0 ? 1 : 0;
