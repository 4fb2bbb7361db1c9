// A module worker, and a page without any bundler: an import map, and the files as they are in the package.
import assert from "node:assert/strict";
import { lines } from "./expected.mjs";
import { printedBy } from "./page.mjs";

// A worker has no import map, so it names the file.
const worker = `<!doctype html><script type="module">
  const worker = new Worker("/worker.js", { type: "module" });
  worker.onmessage = ({ data }) => console.log(data);
  worker.onerror = ({ message }) => console.log(message);
</script>`;
assert.deepEqual((await printedBy(".", lines.length, worker)).lines, lines);

const page = `<!doctype html><script type="importmap">{ "imports": { "minisync": "/node_modules/minisync/dist/index.js" } }</script>
<script type="module" src="/app.js"></script>`;
assert.deepEqual((await printedBy(".", lines.length, page)).lines, lines);
