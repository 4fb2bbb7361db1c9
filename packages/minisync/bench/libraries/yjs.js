// Yjs: a Y.Array of Y.Maps, the way its documentation models lists of objects.

import * as Y from "yjs";

export const name = "yjs";
export function fromJson(data) {
  const doc = new Y.Doc();
  doc.transact(() => {
    const list = doc.getArray("records");
    list.push(
      data.records.map((record) => {
        const map = new Y.Map();
        for (const [key, value] of Object.entries(record)) map.set(key, value);
        return map;
      }),
    );
  });
  return doc;
}
export const save = (doc) => Y.encodeStateAsUpdate(doc);
export function load(saved) {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, saved);
  return doc;
}
export const toJson = (doc) => ({ records: doc.getArray("records").toJSON() });
export const records = (doc) => doc.getArray("records").toArray();
export const title = (record) => record.get("title");
export const done = (record) => record.get("done");
export const id = (record) => record.get("id");
export function edit(doc, index, value) {
  doc.getArray("records").get(index).set("title", value);
  return doc;
}
export const version = (doc) => Y.encodeStateVector(doc);
export const delta = (doc, since) => Y.encodeStateAsUpdate(doc, since);
export function apply(doc, message) {
  Y.applyUpdate(doc, message);
  return doc;
}
export function subscribe(doc, listener) {
  doc.getArray("records").observeDeep(listener);
  return (index, value) => edit(doc, index, value);
}
