// Hosts documents of the built package for the seeded simulator of crates/minisync-testkit: a request a line on stdin, an
// answer a line on stdout, both JSON. Time and randomness come with the requests, so a run is the same each time.
//
// A request is [name, document, milliseconds, …arguments]; an answer {"result":…} or {"error":"…"}.

import { readSync, writeSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { from, restore } from "minisync";

/** By number: a document, its clock, and a plain copy that follows its patches only. */
const documents = new Map();

const requests = {
  reset() {
    documents.clear();
  },
  create: (number, now, seed, options, data) => begin(number, now, seed, (environment) => from(data, { ...options, environment })),
  join: (number, now, seed, options, text) => begin(number, now, seed, (environment) => from(text, { ...options, environment })),
  restore: (number, now, seed, text) => begin(number, now, seed, (environment) => restore(text, { environment })),

  /** Edits one by one, or in one transaction, which may have to fail. */
  edit(number, now, calls, how) {
    const { document } = at(number, now);
    if (how === "alone") {
      for (const call of calls) perform(document, call);
      return;
    }
    const before = document.getChangesText();
    try {
      transact(document, calls, how === "fails");
    } catch (error) {
      if (error !== abandoned) throw error;
      if (document.getChangesText() !== before) throw new Error("a transaction that failed has left its mark");
    }
  },

  renew: (number, now) => at(number, now).document.renewClientID(),

  /** Whether the document had what the changes build on. */
  merge(number, now, text) {
    try {
      at(number, now).document.applyChanges(text);
      return true;
    } catch (error) {
      if (error.code === "missing-changes") return false;
      throw error;
    }
  },

  /** Changes that are broken. */
  refuse(number, now, text) {
    let isAccepted = true;
    try {
      at(number, now).document.applyChanges(text);
    } catch {
      isAccepted = false;
    }
    if (isAccepted) throw new Error("broken changes were accepted");
  },

  // No method of the package does this alone: its sync engine does.
  acknowledge(number, now, client, version) {
    at(number, now).document.engine.commit("acknowledge", JSON.stringify([client, version]), "remote");
  },

  forget: (number, now, policy) => at(number, now).document.forget(policy),

  /** The text of a change set: for a client, since a version, or of everything. */
  changes(number, now, { client, since }) {
    const { document } = at(number, now);
    // `getChangesForClient` returns an object, in which numbers that JavaScript cannot hold would lose their spelling.
    if (client !== undefined) return document.engine.text("changesFor", JSON.stringify([client]));
    return document.getChangesText(since);
  },

  /** What there is, after all that follows the document was found equal to it. */
  check(number, now) {
    const { document, mirror } = at(number, now);
    const data = document.getData();
    same("data", document.data, data);
    same("the mirror", mirror.data, data);
    return { changes: document.getChangesText(), data: document.engine.text("get", "[]"), client: document.getClientID() };
  },
};

/** Thrown in a transaction that has to fail. */
const abandoned = new Error("this transaction was to fail");

function begin(number, now, seed, make) {
  const hosted = { now, mirror: {} };
  hosted.document = make({ now: () => hosted.now, seed: () => [seed, 0, 0, 0] });
  hosted.mirror.data = hosted.document.getData();
  hosted.document.on("change", ({ patches }) => {
    for (const patch of patches) follow(hosted.mirror, patch);
  });
  documents.set(number, hosted);
}

function at(number, now) {
  const hosted = documents.get(number);
  hosted.now = now;
  return hosted;
}

function same(what, found, wanted) {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`${what} is ${JSON.stringify(found)}, but getData() says ${JSON.stringify(wanted)}`);
}

/** One edit by the package's handles. */
function perform(document, [name, path, ...rest]) {
  const list = () => document.get(path);
  switch (name) {
    case "set": return document.set(path, ...rest);
    case "remove": return document.remove(path);
    case "update": return document.update(path, ...rest);
    case "push": return list().push(...rest[0]);
    case "unshift": return list().unshift(...rest[0]);
    case "splice": return list().splice(rest[0], rest[1], ...rest[2]);
    case "swap": return swap(rest, (from, to) => list().move(from, to));
    // By indices, which `sort` does not take.
    case "reorder": return document.engine.commit("reorder", JSON.stringify([path, rest[0]]), "local");
    default: return list()[name](...rest);
  }
}

/**
 * Whether a draft writes the same for an edit as a handle does. An object that is assigned updates the one that is there,
 * and a plain value that is moved is written anew.
 */
function isSame([name, , value]) {
  if (name === "set") return typeof value !== "object" || value === null;
  return !["update", "reorder", "reverse", "move", "swap"].includes(name);
}

function transact(document, calls, fails) {
  // A draft that throws has never touched the document; the core's transaction has, and what is appended to a list after
  // the rollback may be encoded at another position. One without edits may renew the client id, which a draft does not.
  if (!fails && calls.length > 0 && calls.every(isSame)) {
    document.change((draft) => {
      for (const call of calls) sketch(draft, call);
    });
    return;
  }
  // What drafts say in another way: by handles, between the operations that bound a transaction.
  document.engine.text("begin", "[]");
  for (const call of calls) perform(document, call);
  if (fails) {
    document.engine.text("rollback", "[]");
    throw abandoned;
  }
  document.engine.commit("commit", "[]", "local");
}

/** One edit of a draft, as of plain data. */
function sketch(draft, [name, path, ...rest]) {
  const step = (here, part) => (typeof part === "number" && part < 0 ? here.length + part : part);
  const walk = (parts) => parts.reduce((here, part) => here[step(here, part)], draft);
  if (name === "set" || name === "remove") {
    const parent = walk(path.slice(0, -1));
    const last = step(parent, path.at(-1));
    if (name === "set") parent[last] = rest[0];
    else if (Array.isArray(parent)) parent.splice(last, 1);
    else delete parent[last];
    return;
  }
  const list = walk(path);
  switch (name) {
    case "push": case "unshift": list[name](...rest[0]); break;
    case "splice": list.splice(rest[0], rest[1], ...rest[2]); break;
    case "removeAt": list.splice(rest[0], 1); break;
    case "clear": list.length = 0; break;
    default: list[name](...rest);
  }
}

/** Two moves, in the order in which the core makes them. */
function swap([one, other], move) {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  if (low === high) return;
  move(high, low);
  move(low + 1, high);
}

/** Applies a patch (RFC 6902) as somebody else would. */
function follow(mirror, { op, path, from, value }) {
  const parts = (pointer) => pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const parentOf = (pointer) => {
    const keys = parts(pointer);
    const last = keys.pop();
    return [keys.reduce((here, key) => here[key], mirror.data), last];
  };
  if (path === "") {
    mirror.data = structuredClone(value);
    return;
  }
  const [parent, key] = parentOf(path);
  if (op === "move") {
    const [source, index] = parentOf(from);
    parent.splice(Number(key), 0, ...source.splice(Number(index), 1));
  } else if (op === "remove") {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  } else if (Array.isArray(parent) && op === "add") {
    parent.splice(Number(key), 0, structuredClone(value));
  } else {
    parent[key] = structuredClone(value);
  }
}

function answer(line) {
  try {
    const [name, ...rest] = JSON.parse(line);
    return JSON.stringify({ result: requests[name](...rest) ?? null });
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

// Without events: each request is answered before the next one is read.
const buffer = Buffer.alloc(1 << 16);
let pending = Buffer.alloc(0);
for (let length; (length = readSync(0, buffer)) > 0; ) {
  pending = Buffer.concat([pending, buffer.subarray(0, length)]);
  for (let end; (end = pending.indexOf(10)) !== -1; pending = pending.subarray(end + 1)) {
    const output = Buffer.from(`${answer(pending.toString("utf8", 0, end))}\n`);
    for (let written = 0; written < output.length; ) written += writeSync(1, output, written);
  }
}
