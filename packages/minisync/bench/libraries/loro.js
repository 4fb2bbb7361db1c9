// Loro: a LoroList of LoroMaps.

import { LoroDoc, LoroMap } from "loro-crdt";

export const name = "loro";
export function fromJson(data) {
  const doc = new LoroDoc();
  const list = doc.getList("records");
  for (const record of data.records) {
    const map = list.pushContainer(new LoroMap());
    for (const [key, value] of Object.entries(record)) map.set(key, value);
  }
  doc.commit();
  return doc;
}
export const save = (doc) => doc.export({ mode: "snapshot" });
export function load(saved) {
  const doc = new LoroDoc();
  doc.import(saved);
  return doc;
}
export const toJson = (doc) => doc.toJSON();
export const records = (doc) => doc.getList("records").toArray();
export const title = (record) => record.get("title");
export const done = (record) => record.get("done");
export const id = (record) => record.get("id");
export function edit(doc, index, value) {
  doc.getList("records").get(index).set("title", value);
  doc.commit();
  return doc;
}
export const version = (doc) => doc.version();
export const delta = (doc, since) => doc.export({ mode: "update", from: since });
export function apply(doc, message) {
  doc.import(message);
  return doc;
}
export function subscribe(doc, listener) {
  doc.subscribe(listener);
  return (index, value) => edit(doc, index, value);
}
