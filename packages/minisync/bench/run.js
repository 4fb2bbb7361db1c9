// Measures all libraries, each in a process of its own, and prints how they compare: minisync is 1, a higher number is
// slower or larger. `npm start -- --records 20000`; `MINISYNC_OLD` is the built file of the old library, if you have it.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pageBytes } from "./page-bytes.js";

const at = process.argv.indexOf("--records");
const count = at === -1 ? 20_000 : Number(process.argv[at + 1]);
const files = ["minisync", "yjs", "automerge", "loro", ...(process.env.MINISYNC_OLD ? ["old"] : []), "plain"];
const measure = fileURLToPath(new URL("measure.js", import.meta.url));

const results = await Promise.all(files.map(async (file) => {
  const output = execFileSync(process.execPath, ["--expose-gc", measure, `./libraries/${file}.js`, String(count)], {
    env: { ...process.env, NODE_ENV: "production" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const result = JSON.parse(output.trim().split("\n").at(-1));
  const path = fileURLToPath(new URL(`libraries/${file}.js`, import.meta.url));
  return { ...result, rows: { ...result.rows, "page bytes, KB gzip": (await pageBytes(path)) / 1024 } };
}));

const [own] = results;
console.log(`${count} records, Node ${process.version}. The first column is in ms, MB or KB; the others are ratios to it.\n`);
console.log(`| | ${results.map((result) => result.name).join(" | ")} |`);
console.log(`|---|${results.map(() => "---:").join("|")}|`);
for (const [row, value] of Object.entries(own.rows)) {
  const others = results.slice(1).map(({ rows }) => (row in rows ? `${(rows[row] / value).toPrecision(2)}` : "–"));
  console.log(`| ${row} | ${value.toPrecision(3)} | ${others.map((text) => (text.includes("e") ? String(Number(text)) : text)).join(" | ")} |`);
}
