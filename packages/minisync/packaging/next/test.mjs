// Next.js: a server and a client component, in a production build.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import { printed } from "./page.mjs";

const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
execFileSync("npx", ["next", "build"], { env, encoding: "utf8" });
const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
const server = spawn("node_modules/.bin/next", ["start", "--port", String(port)], { env, stdio: ["ignore", "pipe", "inherit"] });
try {
  await new Promise((resolve, reject) => {
    server.once("exit", (code) => reject(new Error(`next start ended with ${code}`)));
    server.stdout.on("data", (text) => String(text).includes("Ready") && resolve());
  });
  const url = `http://localhost:${port}/`;
  const html = await fetch(url).then((response) => response.text());
  assert.match(html.replaceAll("&quot;", '"').replaceAll("<!-- -->", ""), /server \{"list":\[1,2\]\}.*client 0/);
  const { lines, text } = await printed(url, 1);
  assert.deepEqual(lines, ["done"]);
  assert.match(text, /server \{"list":\[1,2\]\}\s+client 1 \{"list":\["synced"\]\}/);
} finally {
  server.kill();
}
