// What the compiler knows of typed documents: paths, what is at them, data, drafts and schemas. Checked, never run.

import { expectTypeOf, test } from "vitest";
import { type ArrayHandle, type Document, from, genesis, type ObjectHandle, type PathOf, type StandardSchema } from "../../src/index.js";

interface Card {
  title: string;
  done: boolean;
  tags?: string[];
  owner: { name: string; address: { city: string } } | null;
}

interface Board {
  title: string;
  count: number;
  cards: Card[];
  byId: Record<string, Card>;
  matrix: number[][];
}

declare const board: Document<Board>;
declare const anything: Document;

test("get: what is at a path", () => {
  const at1 = board.get("title");
  expectTypeOf(at1).toEqualTypeOf<string>();
  const at2 = board.get("cards");
  expectTypeOf(at2).toEqualTypeOf<ArrayHandle<Card>>();
  const at3 = board.get("cards[0]");
  expectTypeOf(at3).toEqualTypeOf<ObjectHandle<Card> | undefined>();
  const at4 = board.get("cards[0].title");
  expectTypeOf(at4).toEqualTypeOf<string | undefined>();
  const at5 = board.get("cards.0.done");
  expectTypeOf(at5).toEqualTypeOf<boolean | undefined>();
  const at6 = board.get("cards[0].owner.address.city");
  expectTypeOf(at6).toEqualTypeOf<string | undefined>();
  const at7 = board.get("matrix[1][2]");
  expectTypeOf(at7).toEqualTypeOf<number | undefined>();
  const at8 = board.get("byId.x.title");
  expectTypeOf(at8).toEqualTypeOf<string | undefined>();
  const index = 3 as number;
  const at9 = board.get(`cards[${index}].title`);
  expectTypeOf(at9).toEqualTypeOf<string | undefined>();
  const at10 = board.get(["cards", 0]);
  expectTypeOf(at10).toBeAny();
  const at11 = board.get("/cards/0");
  expectTypeOf(at11).toBeAny();
  const at12 = board.get("cards").at(0);
  expectTypeOf(at12).toEqualTypeOf<ObjectHandle<Card> | undefined>();
});

test("misspelled paths and wrong values are found", () => {
  // @ts-expect-error no such key
  board.get("titel");
  // @ts-expect-error no such key in an element
  board.get("cards[0].titel");
  // @ts-expect-error a text is no number
  board.set("count", "one");
  // @ts-expect-error `done` is missing
  board.set("cards[0]", { title: "x", owner: null });
  // @ts-expect-error no array of numbers
  board.get("cards").push(1);
  board.set("count", 1);
  board.set("cards[0].done", true);
  board.set("cards[0].tags", ["a"]);
  board.set("cards[1]", board.get("cards[0]") as ObjectHandle<Card>);
  board.get("cards").push({ title: "", done: false, owner: null });
  board.remove("cards[0].tags");
});

test("without a type, everything goes", () => {
  const at13 = anything.get("a.b[0]");
  expectTypeOf(at13).toBeAny();
  expectTypeOf(anything.data).toBeAny();
  anything.set("whatever[3].it", { is: 1 });
  expectTypeOf(from({ foo: "initial" }).get("foo")).toBeAny();
});

test("data is readonly, drafts are not", () => {
  expectTypeOf(board.data.cards[0]?.title).toEqualTypeOf<string | undefined>();
  // @ts-expect-error readonly
  board.data.title = "x";
  // @ts-expect-error readonly
  board.data.cards.push({ title: "", done: false, owner: null });
  board.change((d) => {
    expectTypeOf(d.cards).toEqualTypeOf<Card[]>();
    d.title = "x";
    d.cards.push({ title: "", done: false, owner: null });
    // @ts-expect-error a number
    d.count = "x";
  });
  from<{ readonly list: readonly string[] }>({ list: [] }).change((d) => d.list.push("x"));
});

test("a schema gives the type", () => {
  const schema = {} as StandardSchema<Board>;
  expectTypeOf(genesis("board", {} as Board, { schema })).toEqualTypeOf<Document<Board>>();
  expectTypeOf(from({} as Board, { schema }).data.title).toEqualTypeOf<string>();
  // @ts-expect-error not a board
  genesis("board", { title: 1 }, { schema });
});

test("deep and recursive types do not stall the compiler", () => {
  interface Tree {
    name: string;
    children: Tree[];
    parent?: { of: Tree };
  }
  const tree = {} as Document<Tree>;
  const at14 = tree.get("children[0].children[1].children[2].children[3].children[4].name");
  expectTypeOf(at14).toEqualTypeOf<string | undefined>();
  const path: PathOf<Tree> = "children[0].children[0].parent.of.name";
  void path;
});
