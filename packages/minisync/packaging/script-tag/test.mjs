// A script tag: one classic script, and then `window.MiniSync`; also in a page that says a wrong charset.
import assert from "node:assert/strict";
import { printedBy } from "./page.mjs";

const page = (charset) => `<!doctype html><meta charset="${charset}"><script src="/node_modules/minisync/dist/minisync.umd.js"></script><script>
  const { from, memory, open } = MiniSync;
  console.log(JSON.stringify(from({ "\\u00e4": [1] }).getData()));
  (async () => {
    const store = memory();
    const options = { defaults: { list: [] }, sync: store, syncEvery: null };
    const [one, other] = [await open("list", { ...options, save: memory() }), await open("list", { ...options, save: memory() })];
    one.change((d) => d.list.push("synced"));
    await one.sync();
    await other.sync();
    console.log(JSON.stringify(other.data));
  })();
</script>`;
for (const charset of ["utf-8", "windows-1251"]) {
  const { lines } = await printedBy(".", 2, page(charset));
  assert.deepEqual(lines, ['{"\u00e4":[1]}', '{"list":["synced"]}']);
}
