// A document that the command `minisync` publishes in a folder is read, edited and published by Node, and the other way
// round: the real binary, and a folder on the disk.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { findDocuments, open } from "../../src/index.js";
import { folder } from "../../src/storage/folder.js";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));
const run = promisify(execFile);
let home: string;
let shared: string;

beforeAll(async () => {
  await run("cargo", ["build", "--quiet", "--package", "minisync-cli"], { cwd: repository });
}, 600_000);
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "minisync-command-"));
  shared = join(home, "shared");
  await mkdir(shared);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const minisync = async (...args: string[]): Promise<string> =>
  (await run(join(repository, "target/debug/minisync"), args, { cwd: home })).stdout;
const readJson = async (file: string): Promise<any> => JSON.parse(await readFile(join(home, file), "utf8"));
const writeJson = (file: string, value: unknown): Promise<void> => writeFile(join(home, file), JSON.stringify(value));

interface Todo {
  items: { title: string; done: boolean }[];
}

test("what the command publishes is read, edited and published by Node", async () => {
  await writeJson("todo.json", { items: [{ title: "Täa", done: false }] });
  await minisync("sync", "todo.json", "--with", "shared", "--name", "command");
  const [found] = await findDocuments(folder(shared));
  expect(found?.clients).toMatchObject([{ label: "command" }]);

  const todo = await open<Todo>("todo", { save: folder(join(home, "node")), sync: folder(shared), syncEvery: null, label: "node" });
  expect(todo.getID()).toBe(found?.document);
  expect(todo.data.items).toEqual([{ title: "Täa", done: false }]);
  todo.change((d) => {
    d.items[0]!.done = true;
    d.items.push({ title: "cake", done: false });
  });
  const [report] = await todo.sync();
  expect(report?.sent).not.toBeNull();
  await minisync("sync", "todo.json");
  expect(await readJson("todo.json")).toEqual({ items: [{ title: "Täa", done: true }, { title: "cake", done: false }] });

  // Both edit at the same time.
  await minisync("set", "todo.json", "items[1].done", "true");
  todo.change((d) => void (d.items[1]!.title = "cheesecake"));
  await minisync("sync", "todo.json");
  const [merged] = await todo.sync();
  expect(merged?.received).toMatchObject([{ label: "command" }]);
  await minisync("sync", "todo.json");
  expect(await readJson("todo.json")).toEqual(todo.getData());
  expect(todo.data.items[1]).toEqual({ title: "cheesecake", done: true });
  await todo.close();

  // Node starts again, as the same client.
  const again = await open<Todo>("todo", { save: folder(join(home, "node")), sync: folder(shared), syncEvery: null });
  again.change((d) => void d.items.shift());
  await again.sync();
  await again.close();
  await minisync("sync", "todo.json");
  expect((await readJson("todo.json")).items).toHaveLength(1);
  expect((await findDocuments(folder(shared)))[0]?.clients).toHaveLength(2);
}, 60_000);

test("what Node publishes is read, edited and published by the command", async () => {
  const defaults: Todo = { items: [] };
  const todo = await open<Todo>("trip", { defaults, save: folder(join(home, "node")), sync: folder(shared), syncEvery: null });
  todo.change((d) => void d.items.push({ title: "Passport 🛂", done: false }));
  await todo.sync();
  expect(await readdir(join(shared, "minisync"))).toEqual(["trip"]);
  await minisync("sync", "trip.json", "--with", "shared", "--name", "command");
  expect(await readJson("trip.json")).toEqual({ items: [{ title: "Passport 🛂", done: false }] });
  await minisync("set", "trip.json", "items[0].done", "true");
  await minisync("sync", "trip.json");
  await todo.sync();
  expect(todo.data.items).toEqual([{ title: "Passport 🛂", done: true }]);
  await todo.close();
}, 60_000);
