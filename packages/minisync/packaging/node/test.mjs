// Node: one instance of the package for ES modules and CommonJS, and every other way to carry the module.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as esm from "minisync";

const require = createRequire(import.meta.url);
const cjs = require("minisync");
assert.equal(esm.from, cjs.from, "there are two instances of the package");
assert.deepEqual(Object.keys(esm).sort(), Object.keys(cjs).sort());

function exchange({ from }) {
  const alice = from({ foo: "initial" });
  alice.set("foo", { bar: ["baz"] });
  alice.get("foo.bar").push("quu");
  const bob = from(JSON.parse(JSON.stringify(alice.getChanges())));
  bob.set("foo.more", "ä😀");
  alice.mergeChanges(bob.getChanges());
  assert.deepEqual(alice.getData(), { foo: { bar: ["baz", "quu"], more: "ä😀" } });
}

exchange(esm);
exchange(await import("minisync/asm"));
exchange(require("minisync/asm"));

const slim = await import("minisync/slim");
assert.throws(() => slim.from({}), /provide/);
slim.provide(readFileSync(new URL(import.meta.resolve("minisync/minisync.wasm"))));
exchange(slim);
for (const path of ["react", "vue", "svelte", "solid", "storage/folder"]) {
  import.meta.resolve(`minisync/${path}`);
}
