// Opening, saving and tabs, on a store in memory: fast, and the same code that runs in a page.
import { describe, expect, test } from "vitest";
import { MiniSyncError, memory, open } from "../../src/index.js";

interface List {
  items: string[];
}
const defaults: List = { items: [] };

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("open", () => {
  test("what was saved is there again, under the same client", async () => {
    const save = memory();
    const first = await open<List>("list", { defaults, save });
    expect(first.status).toEqual({ state: "saved" });
    first.change((d) => void d.items.push("milk"));
    expect(first.status).toEqual({ state: "saving" });
    await first.saved();
    expect(first.status).toEqual({ state: "saved" });
    first.change((d) => void d.items.push("bread"));
    await first.close();
    const again = await open<List>("list", { defaults, save });
    expect(again.data).toEqual({ items: ["milk", "bread"] });
    expect(again.getClientID()).toBe(first.getClientID());
    expect(again.getID()).toBe("list");
    expect(() => first.change((d) => void d.items.pop())).toThrow(/closed/);
    await again.close();
  });

  test("nothing is written as long as nothing is edited", async () => {
    const save = memory();
    const list = await open<List>("list", { defaults, save });
    await list.close();
    expect([...save.files.keys()]).toEqual([]);
  });

  test("tabs see each other's edits, each as a client of its own", async () => {
    const save = memory();
    const one = await open<List>("list", { defaults, save });
    const two = await open<List>("list", { defaults, save });
    expect(one.getClientID()).not.toBe(two.getClientID());
    one.change((d) => void d.items.push("from one"));
    two.change((d) => void d.items.push("from two"));
    await Promise.all([one.saved(), two.saved()]);
    await settle();
    expect(one.data.items).toHaveLength(2);
    expect(one.data).toEqual(two.data);
    await Promise.all([one.close(), two.close()]);
    // Both slots are free again, and keep their clients.
    const clients = [one.getClientID(), two.getClientID()];
    const three = await open<List>("list", { defaults, save });
    const four = await open<List>("list", { defaults, save });
    expect([three.getClientID(), four.getClientID()]).toEqual(clients);
    three.change((d) => void d.items.push("from three"));
    four.change((d) => void d.items.push("from four"));
    await Promise.all([three.saved(), four.saved()]);
    await settle();
    expect(three.data).toEqual(four.data);
    expect(three.data.items).toHaveLength(4);
    expect(Object.keys(JSON.parse(three.getDocVersion()))).toHaveLength(3);
  });

  test("a hundred openings leave two clients and few files", async () => {
    const save = memory();
    for (let round = 0; round < 100; round++) {
      const list = await open<List>("list", { defaults, save });
      list.change((d) => void d.items.push(String(round)));
      await list.close();
    }
    const list = await open<List>("list", { defaults, save });
    expect(list.data.items).toHaveLength(100);
    expect(Object.keys(JSON.parse(list.getDocVersion()))).toHaveLength(2);
    expect(save.files.size).toBeLessThan(70);
  });

  test("a thousand edits are not a thousand copies of the document", async () => {
    const save = memory();
    let bytes = 0;
    const write = save.write.bind(save);
    save.write = (path, content) => {
      bytes += content.length;
      return write(path, content);
    };
    const list = await open<{ filler: string; n: number }>("big", { defaults: { filler: "x".repeat(200_000), n: 0 }, save, undo: false });
    for (let n = 1; n <= 1000; n++) {
      list.set("n", n);
      await list.saved();
    }
    expect(bytes).toBeLessThan(5_000_000);
    await list.close();
    const again = await open<{ n: number }>("big", { save });
    expect(again.data.n).toBe(1000);
  });

  test("undo goes on where it was, beside what other tabs did meanwhile", async () => {
    const save = memory();
    const first = await open<List>("list", { defaults, save });
    first.change((d) => void d.items.push("milk"));
    first.endUndoGroup();
    first.change((d) => void d.items.push("bread"));
    first.undo();
    await first.close();
    const second = await open<List>("list", { defaults, save });
    const third = await open<List>("list", { defaults, save });
    third.change((d) => void d.items.push("from another tab"));
    await third.close();
    await second.close();
    const again = await open<List>("list", { defaults, save });
    expect(again.getClientID()).toBe(first.getClientID());
    expect([again.canUndo, again.canRedo]).toEqual([true, true]);
    again.redo();
    expect([...again.data.items].sort()).toEqual(["bread", "from another tab", "milk"]);
    again.undo();
    again.undo();
    expect(again.data.items).toEqual(["from another tab"]);
    await again.close();
  });

  test("a store that fails: the app sees it, and nothing is lost", async () => {
    const save = memory();
    const list = await open<List>("list", { defaults, save });
    const seen: string[] = [];
    const quota: MiniSyncError[] = [];
    list.on("status", (status) => seen.push(status.state));
    list.on("quota", (error) => quota.push(error));
    const write = save.write.bind(save);
    save.write = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
    list.change((d) => void d.items.push("milk"));
    await expect(list.saved()).rejects.toThrow(/no room/);
    expect(list.status).toMatchObject({ state: "error", error: { code: "quota" } });
    list.change((d) => void d.items.push("bread"));
    await expect(list.saved()).rejects.toThrow(MiniSyncError);
    expect(quota).toHaveLength(1);
    save.write = write;
    await list.saved();
    expect(seen).toEqual(["saving", "error", "saving", "error", "saving", "saved"]);
    await list.close();
    const again = await open<List>("list", { defaults, save });
    expect(again.data.items).toEqual(["milk", "bread"]);
  });
});
