// Every wrong argument throws an error of ours that says what, where and what to do, and changes nothing.

import { expect, test } from "vitest";
import { createID, from, genesis, MiniSyncError, restore } from "../../src/index.js";

const doc: any = from({ a: { b: 1 }, list: [1, { x: 1 }], text: "t" });
const list = doc.get("list");

/** What is called, and what the message has to tell. */
const wrong: [string, () => unknown, RegExp][] = [
  ["from(number)", () => from(5 as never), /from: a document is an object, and this is 5/],
  ["from(array)", () => from([] as never), /put it into one/],
  ["from(function)", () => from((() => 1) as never), /a function/],
  ["from(Date inside)", () => from({ at: new Date() }), /from: a Date at \/at is not JSON; write its toISOString/],
  ["from(text that is no change set)", () => from("hello"), /./],
  ["from with an unknown option", () => from({}, { clientId: "x" } as never), /no option "clientId"; there are .*clientID/],
  ["from with options of another type", () => from({}, 5 as never), /options are 5/],
  ["from with an empty id", () => from({}, { clientID: "" }), /clientID: the id is ""/],
  ["restore(data)", () => restore({ a: 1 } as never), /no change set.*getChanges/],
  ["restore(undefined)", () => restore(undefined as never), /undefined is no change set/],
  ["genesis without an id", () => genesis(undefined as never, {}), /documentID: the id is undefined/],
  ["genesis without defaults", () => genesis("x", undefined as never), /genesis: a document is an object/],
  ["get()", () => doc.get(), /get: the path is undefined; it has to be a text as "todo\[0\]\.done"/],
  ["get({})", () => doc.get({}), /an object/],
  ["get(1.5)", () => doc.get(1.5), /1\.5/],
  ["get([true])", () => doc.get([true]), /an array/],
  ["get of a broken path", () => doc.get("a[0"), /a\[0/],
  ["set below nothing", () => doc.set("x.y", 1), /x/],
  ["set below a text", () => doc.set("text.y", 1), /text/],
  ["set without a value", () => doc.set("a"), /set\("a"\): undefined is not JSON.*remove/],
  ["set NaN inside", () => doc.set("a", { n: [0, Number.NaN] }), /NaN at \/n\/1 is not JSON/],
  ["set far behind the end", () => doc.set("list[100000]", 1), /the array has 2 elements/],
  ["set the root to a list", () => doc.set("", []), /./],
  ["a lone surrogate", () => doc.set("a", "\ud800"), /./],
  ["remove()", () => doc.remove(), /cannot be removed from itself/],
  ["push(undefined)", () => list.push(1, undefined), /push, item 2: undefined/],
  ["splice(text)", () => list.splice("1"), /splice: the start is "1"; it has to be a whole number/],
  ["splice(0, 0.5)", () => list.splice(0, 0.5), /the count is 0\.5/],
  ["move out of range", () => list.move(0, 9), /./],
  ["move(text)", () => list.move("0", 1), /from is "0"/],
  ["removeAt(undefined)", () => list.removeAt(), /the index is undefined/],
  ["forEach(no function)", () => list.forEach(5), /forEach: the callback is 5; it has to be a function/],
  ["map(no function)", () => list.map({}), /an object/],
  ["sort(no function)", () => list.sort("x"), /"x"/],
  ["change(no function)", () => doc.change({}), /change: the callback is an object/],
  ["on an unknown event", () => doc.on("changed", () => 1), /no event "changed"; there are change/],
  ["on without a listener", () => doc.on("change"), /callback is undefined/],
  ["subscribe without a listener", () => doc.subscribe(), /callback is undefined/],
  ["setClientID(number)", () => doc.setClientID(5), /setClientID: the id is 5; it has to be a text/],
  ["setClientID with control characters", () => doc.setClientID("a\n"), /./],
  ["getChanges(text)", () => doc.getChanges("client"), /"client" is no version.*getDocVersion/],
  ["getChangesForClient(number)", () => doc.getChangesForClient(5), /the id is 5/],
  ["applyChanges()", () => doc.applyChanges(), /undefined is no change set/],
  ["applyChanges(data)", () => doc.applyChanges({ a: 1 }), /an object is no change set.*getChanges/],
  ["isNewerThan of nonsense", () => doc.isNewerThan({ version: 5 }), /5 is no version/],
  ["addPeer(text)", () => doc.addPeer("url"), /the peer is "url"/],
  ["resolve(no index)", () => doc.resolve("a", "first"), /./],
  // Found by handing wrong arguments to the packed package: these were taken, or told as a change set that is no JSON.
  ["undo with a misspelled option", () => from({}, { undo: { withn: 1 } } as never), /undo has no option "withn"; there are within/],
  ["undo within less than nothing", () => from({}, { undo: { within: -1 } }), /undo.within is -1; .*0 or more/],
  ["undo of no groups", () => from({}, { undo: { groups: 0 } }), /undo.groups is 0; .*1 or more/],
  ["undo with a history that is none", () => from({}, { undo: { history: 5 } } as never), /history is 5; .*saveUndo/],
  ["limits that are a number", () => from({}, { limits: 5 } as never), /limits is 5; it has to be an object with some of depth/],
  ["a limit that is a text", () => from({}, { limits: { depth: "x" } } as never), /limits.depth is "x"/],
  ["forget(number)", () => doc.forget(5), /forget: the policy is 5/],
  ["forget of a misspelled policy", () => doc.forget({ olderthan: 5 }), /no option "olderthan"/],
  ["forget of the future", () => doc.forget({ olderThan: -1 }), /olderThan is -1/],
  ["forget of something acknowledged", () => doc.forget({ acknowledged: "yes" }), /acknowledged is "yes"/],
  ["restoreOverruled of something else", () => doc.restoreOverruled({}), /^restoreOverruled: what was overruled has no container/],
  ["undo without a history", () => from({}).undo(), /undo/],
];

test.each(wrong)("%s", (_, call, message) => {
  const before = [doc.getDocVersion(), JSON.stringify(doc.getData())];
  let error: unknown;
  try {
    call();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(MiniSyncError);
  expect((error as Error).message).toMatch(message);
  expect((error as MiniSyncError).code).toMatch(/^[a-z0-9-]+$/);
  expect([doc.getDocVersion(), JSON.stringify(doc.getData())]).toEqual(before);
});

test("createID needs nothing", () => {
  expect(createID()).toMatch(/^[a-z0-9]{20}$/);
});
