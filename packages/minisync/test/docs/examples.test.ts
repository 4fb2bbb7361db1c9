// All examples in the documentation compile, and run: those of the README, of the guide, and of the comments in `src/`.
// A block that starts with ```ts is one; ```ts no-run, and those of parts that need a page or a framework, are only compiled.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, test, vi } from "vitest";

const packageRoot = fileURLToPath(new URL("../../", import.meta.url));
const generated = join(packageRoot, "test/docs/generated");
/** Parts of `src/` whose examples run in a page, in a framework, or on somebody's disk. */
const elsewhere = /^src\/(boundary|open|storage|legacy-storage|save|react|vue|svelte|solid)\//;
const guide = ["javascript.md", "javascript-storage.md", "javascript-frameworks.md"];
const documents = ["README.md", ...guide.map((name) => `../../docs/guide/${name}`)];

interface Example {
  /** Where it stands, for people. */
  name: string;
  file: string;
  runs: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(join(folder, entry.name)) : entry.name.endsWith(".ts") && !entry.name.endsWith("-bytes.ts") ? [join(folder, entry.name)] : [],
  );
}

/** Writes each example into a file of its own. */
function extract(): Example[] {
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  const examples: Example[] = [];
  for (const path of [...documents.map((name) => join(packageRoot, name)), ...sources(join(packageRoot, "src"))]) {
    const text = readFileSync(path, "utf8").replace(/^[ \t]*\* ?/gm, path.endsWith(".ts") ? "" : "$&");
    for (const block of text.matchAll(/^```(tsx?)( no-run)?\n([\s\S]*?)^```/gm)) {
      const line = text.slice(0, block.index).split("\n").length;
      const file = join(generated, `example-${examples.length}.${block[1]}`);
      writeFileSync(file, `${block[3]}\nexport {};\n`);
      const name = relative(packageRoot, path);
      examples.push({ name: `${name}:${line}`, file, runs: block[1] === "ts" && block[2] === undefined && !elsewhere.test(name) });
    }
  }
  return examples;
}

const examples = extract();

afterAll(() => rmSync(generated, { recursive: true, force: true }));

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(12);
  expect(dirname(examples[0]?.file as string)).toBe(generated);
});

const paths = { minisync: [join(packageRoot, "src/index.ts")], "minisync/*": [join(packageRoot, "src/*/index.ts"), join(packageRoot, "src/*.ts")] };

test("all compile", { timeout: 120_000 }, () => {
  const { config } = ts.readConfigFile(join(packageRoot, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, packageRoot);
  const program = ts.createProgram(
    examples.map((example) => example.file),
    { ...options, noUnusedLocals: false, noUnusedParameters: false, types: ["node"], paths },
  );
  const problems = ts.getPreEmitDiagnostics(program).map((problem) => {
    const example = examples.find(({ file }) => problem.file?.fileName === file);
    const line = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0).line;
    return `${example?.name ?? problem.file?.fileName} line ${line}: ${ts.flattenDiagnosticMessageText(problem.messageText, " ")}`;
  });
  expect(problems).toEqual([]);
});

describe("all run", () => {
  test.each(examples.filter((example) => example.runs))("$name", async ({ file }) => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await import(/* @vite-ignore */ file);
    log.mockRestore();
  });
});

test("the thirty seconds of the README end as they say", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.resetModules();
  await import(/* @vite-ignore */ (examples[0] as Example).file);
  const todo = [
    { title: "oat milk", done: true },
    { title: "bread", done: false },
  ];
  expect(log.mock.calls).toEqual([[todo], [todo]]);
  log.mockRestore();
});
