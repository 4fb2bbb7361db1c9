// Adapter for github.com/dmonad/crdt-benchmarks: its `CrdtFactory` and `AbstractCrdt`. Its rows of text are left out until
// documents have text that is edited together. How to run it is in ../README.md.

import { from, genesis } from "../../dist/index.js";

const DEFAULTS = { array: [], map: {} };

/** Makes documents that all begin alike, as that suite expects. */
export class MiniSyncFactory {
  create(updateHandler) {
    return new MiniSyncCrdt(genesis("crdt-benchmarks", DEFAULTS), updateHandler);
  }

  load(updateHandler, state) {
    return new MiniSyncCrdt(from(state), updateHandler);
  }

  getName() {
    return "minisync";
  }
}

/** A document that hands out a delta after each transaction. */
export class MiniSyncCrdt {
  #doc;
  #array;
  #send;
  #version;
  #isInTransaction = false;

  constructor(doc, updateHandler) {
    this.#doc = doc;
    this.#array = doc.get("array");
    this.#send = updateHandler;
    this.#version = doc.getDocVersion();
  }

  getEncodedState() {
    return this.#doc.getChangesText();
  }

  applyUpdate(update) {
    this.#doc.applyChanges(update);
    this.#version = this.#doc.getDocVersion();
  }

  insertArray(index, elements) {
    this.#array.splice(index, 0, ...elements);
    this.#told();
  }

  deleteArray(index, count) {
    this.#array.splice(index, count);
    this.#told();
  }

  getArray() {
    return this.#array.getData();
  }

  setMap(key, value) {
    this.#doc.set(["map", key], value);
    this.#told();
  }

  getMap() {
    return this.#doc.get("map").getData();
  }

  transact(edit) {
    this.#isInTransaction = true;
    edit(this);
    this.#isInTransaction = false;
    this.#told();
  }

  insertText() {
    throw new Error("minisync has no text that is edited together yet: leave out the rows of text");
  }

  deleteText() {
    this.insertText();
  }

  getText() {
    return this.insertText();
  }

  #told() {
    if (this.#isInTransaction) return;
    this.#send(this.#doc.getChangesText(this.#version));
    this.#version = this.#doc.getDocVersion();
  }
}
