// Saving in a folder, by Node: what a process that is killed leaves, locks, and copies of the folder.

import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { open } from "../../src/index.js";
import { folder } from "../../src/storage/folder.js";
import { bundleForNode } from "../support/bundle.js";

interface List {
  items: string[];
}
const defaults: List = { items: [] };
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "minisync-folder-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("what was saved is there again, under the same client", async () => {
  const first = await open<List>("My list", { defaults, save: folder(home) });
  first.change((d) => void d.items.push("milk"));
  await first.close();
  const names = await readdir(join(home, "save/_4dy_20list"));
  expect(names.sort()).toEqual(["1-0-full.json", "format.json", "slot-0.json", "undo-0.json"]);
  const again = await open<List>("My list", { defaults, save: folder(home) });
  expect(again.data.items).toEqual(["milk"]);
  expect(again.getClientID()).toBe(first.getClientID());
  await again.close();
});

test("only one may have a document open", async () => {
  const first = await open<List>("list", { defaults, save: folder(home) });
  await expect(open("list", { defaults, save: folder(home) })).rejects.toMatchObject({
    code: "in-use",
    message: expect.stringContaining(`process ${process.pid}`),
  });
  const other = await open<List>("another list", { defaults, save: folder(home) });
  await Promise.all([first.close(), other.close()]);
  await (await open<List>("list", { defaults, save: folder(home) })).close();
});

test("a copy of the folder goes on as another client", async () => {
  const copy = await mkdtemp(join(tmpdir(), "minisync-copy-"));
  const first = await open<List>("list", { defaults, save: folder(home) });
  first.change((d) => void d.items.push("milk"));
  await first.close();
  await cp(home, copy, { recursive: true });
  const [one, two] = [await open<List>("list", { save: folder(home) }), await open<List>("list", { save: folder(copy) })];
  expect(one.getClientID()).toBe(first.getClientID());
  expect(two.getClientID()).not.toBe(first.getClientID());
  one.change((d) => void d.items.push("one"));
  two.change((d) => void d.items.push("two"));
  one.applyChanges(two.getChanges());
  two.applyChanges(one.getChanges());
  expect(one.getData().items).toHaveLength(3);
  expect(two.getData()).toEqual(one.getData());
  await Promise.all([one.close(), two.close()]);
  await rm(copy, { recursive: true });
});

test("what a newer version of the package wrote is left alone", async () => {
  const first = await open<List>("list", { defaults, save: folder(home) });
  first.change((d) => void d.items.push("milk"));
  await first.close();
  await writeFile(join(home, "save/list/format.json"), '{"_minisync":{"dataType":"SAVE","version":2}}');
  const before = await readdir(join(home, "save/list"));
  await expect(open("list", { defaults, save: folder(home) })).rejects.toMatchObject({ code: "newer-version" });
  expect(await readdir(join(home, "save/list"))).toEqual(before);
});

test("a process that is killed loses nothing that it showed as saved, and its lock is nobody's", async () => {
  const script = join(home, "edit.mjs");
  const module_ = join(home, "minisync.mjs");
  await writeFile(module_, await bundleForNode("test/support/node-entry.ts"));
  await writeFile(
    script,
    `import { open, folder } from "./minisync.mjs";
    const [, , round] = process.argv;
    const list = await open("list", { defaults: { items: [] }, save: folder(${JSON.stringify(join(home, "data"))}) });
    for (let n = 0; ; n++) {
      list.change((d) => void d.items.push(round + " " + n));
      await list.saved();
      console.log(list.getData().items.length);
    }`,
  );
  let shown = 0;
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, [script, String(round)], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const lines = createInterface(child.stdout);
    lines.on("line", (line) => {
      shown = Number(line);
      // At any moment of a save, but not before the first.
      if (shown % 100 > 5 * round) setTimeout(() => child.kill("SIGKILL"), round);
    });
    await ended;
    const list = await open<List>("list", { save: folder(join(home, "data")) });
    expect(list.data.items.length).toBeGreaterThanOrEqual(shown);
    expect(new Set(list.data.items).size).toBe(list.data.items.length);
    expect(Object.keys(JSON.parse(list.getDocVersion()))).toHaveLength(2);
    await list.close();
  }
}, 60_000);

// Found by opening documents where no folder can be: the system's error came through, without a code of ours.
test("a folder that cannot be one is told with its reason", async () => {
  const file = join(home, "file");
  await writeFile(file, "");
  const opening = open("board", { defaults: {}, save: folder(file) });
  await expect(opening).rejects.toMatchObject({ code: "storage", message: expect.stringMatching(/"board" cannot be read \(ENOTDIR.*look at where/) });
});
