// Cloudflare's workerd: a bundle under the condition `workerd`, with the module beside it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { build } from "esbuild";
import { output } from "./expected.mjs";

await build({
  entryPoints: ["worker.js"], bundle: true, outfile: "out/worker.js", format: "esm", conditions: ["workerd"],
  external: ["minisync/minisync.wasm"],
});
const server = spawn("node_modules/.bin/workerd", ["serve", "config.capnp", "--control-fd=3"], {
  stdio: ["ignore", "inherit", "inherit", "pipe"],
});
const port = await new Promise((resolve, reject) => {
  server.on("exit", (code) => reject(new Error(`workerd ended with ${code}`)));
  server.stdio[3].on("data", (line) => {
    const event = JSON.parse(String(line).split("\n")[0]);
    if (event.event === "listen") resolve(event.port);
  });
});
try {
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(await answer.text(), output);
} finally {
  server.kill();
}
