// A document whose WebAssembly instance trapped throws a typed error from then on, and others go on.

import { expect, test, vi } from "vitest";
import type { Exports } from "../../src/boundary/exports.js";

/** `(module (func (export "trap") unreachable))`: a real trap, where one is asked for. */
const trapping = new WebAssembly.Instance(
  new WebAssembly.Module(
    Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11),
  ),
).exports as { trap(): void };

const instances: Record<string, unknown>[] = [];

vi.mock("../../src/boundary/module.js", async (original) => {
  const { instantiate } = await original<{ instantiate(): Exports }>();
  return {
    instantiate() {
      const own = { ...instantiate() };
      instances.push(own);
      return own;
    },
  };
});

const { from, restore, MiniSyncError } = await import("../../src/index.js");

test("after a trap", () => {
  const doc = from<any>({ n: 1 });
  const mine = instances.at(-1) as Record<string, unknown>;
  const other = from<any>({ n: 1 });
  const saved = doc.getChanges();
  const shown = doc.data;
  mine["set"] = () => trapping.trap();
  for (const use of [() => doc.set("n", 2), () => doc.get("n"), () => doc.getChanges(), () => doc.change((d) => (d.n = 3))]) {
    let error: any;
    try {
      use();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(MiniSyncError);
    expect(error.code).toBe("broken");
    expect(error.message).toMatch(/make it anew from its last save with restore\(\)/);
    expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError);
  }
  // What was shown stays readable, other documents go on, and so does this one from its save.
  expect(shown).toEqual({ n: 1 });
  other.set("n", 5);
  const again = restore(saved);
  again.set("n", 2);
  expect([other.get("n"), again.get("n")]).toEqual([5, 2]);
});
