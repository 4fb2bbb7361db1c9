// Schemas of zod, valibot and arktype, as Standard Schema: own writes are checked, what others wrote is reported.
import assert from "node:assert/strict";
import { type } from "arktype";
import { from } from "minisync";
import * as v from "valibot";
import { z } from "zod";

const schemas = {
  zod: z.object({ title: z.string(), cards: z.array(z.object({ done: z.boolean() })) }),
  valibot: v.object({ title: v.string(), cards: v.array(v.object({ done: v.boolean() })) }),
  arktype: type({ title: "string", cards: type({ done: "boolean" }).array() }),
};
for (const [name, schema] of Object.entries(schemas)) {
  const board = from({ title: "Board", cards: [{ done: false }] }, { schema });
  board.set("cards[0].done", true);
  board.change((d) => void d.cards.push({ done: false }));
  const before = board.data;
  const refused = (error) => {
    assert.equal(error.code, "invalid-data", name);
    assert.deepEqual(error.issues[0].path, ["cards", 1, "done"], name);
    return true;
  };
  assert.throws(() => board.set("cards[1].done", "yes"), refused);
  assert.throws(() => board.change((d) => { d.title = "x"; d.cards[1].done = 1; }), refused);
  assert.throws(() => from({ title: 1, cards: [] }, { schema }), { code: "invalid-data" });
  assert.deepEqual(board.data, before, name);

  // Somebody without the schema.
  const stranger = from(board.getChanges());
  stranger.set("title", 5);
  const told = [];
  board.on("invalid", ({ issues }) => told.push(...issues));
  board.applyChanges(stranger.getChanges());
  assert.deepEqual(told.map(({ path }) => path), [["title"]], name);
  assert.deepEqual(board.issues().map(({ path }) => path), [["title"]], name);
}
