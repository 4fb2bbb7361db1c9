// Measures one library in a process of its own, and prints the rows as JSON: milliseconds, and megabytes for memory.
// Arguments: the library's file, and how many records.

import { performance } from "node:perf_hooks";
import { records as table } from "./data.js";

const [file, count] = [process.argv[2], Number(process.argv[3])];

/** The median of as many runs as fit into about a second, and at least five. `before` is not timed. */
function median(run, before = () => undefined) {
  const times = [];
  const until = performance.now() + 1000;
  for (let n = 0; n < 5 || (performance.now() < until && n < 500); n++) {
    const given = before();
    const start = performance.now();
    run(given);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

const beforeImport = performance.now();
const library = await import(file);
const { fromJson, save, load, toJson, records, title, done, id, edit, version, delta, apply, subscribe } = library;
fromJson({ records: [] });
const rows = { "start: import to first document": performance.now() - beforeImport };

const data = table(count);
global.gc?.();
const bytes = () => process.memoryUsage().rss;
const empty = bytes();
let doc = fromJson(data);
global.gc?.();
rows["memory of the document, MB"] = (bytes() - empty) / 1e6;

rows["build from JSON"] = median(() => fromJson(data));
const saved = save(doc);
rows["load and read everything"] = median(() => toJson(load(saved)));
rows["first sync: save and load"] = median(() => load(save(doc)));

let seen = 0;
rows["10,000 × 3 property reads"] = median(() => {
  const all = records(doc);
  for (let at = 0; at < 10_000; at++) {
    const record = all[at];
    seen += title(record).length + (done(record) ? 1 : 0) + id(record).length;
  }
});
rows["iterate all"] = median(() => {
  for (const record of records(doc)) if (done(record)) seen++;
});

let turn = 0;
const next = () => (turn = (turn * 7919 + 13) % count);
rows["edit one field"] = median(() => {
  doc = edit(doc, next(), `edited ${turn}`);
});
if (delta) {
  const since = () => version(doc);
  rows["edit one field, and its delta"] = median((from) => {
    doc = edit(doc, next(), `again ${turn}`);
    delta(doc, from);
  }, since);
  let other = load(save(doc));
  rows["apply a delta"] = median(
    (message) => {
      other = apply(other, message);
    },
    () => {
      const from = since();
      doc = edit(doc, next(), `sent ${turn}`);
      return delta(doc, from);
    },
  );
}
if (subscribe) {
  const write = subscribe(load(saved), () => seen++);
  rows["1,000 edits with a subscriber"] = median(() => {
    for (let n = 0; n < 1000; n++) write(next(), `told ${n}`);
  });
}
if (seen === 0) throw new Error("nothing was read");
rows["bytes saved, MB"] = saved.length / 1e6;
console.log(JSON.stringify({ name: library.name, rows }));
