// This package, as an app uses it: `data` for reading, `set` for writing, change sets as text for channels.

import { from } from "../../dist/index.js";

export const name = "minisync";
export const fromJson = (data) => {
  const doc = from(data);
  void doc.data;
  return doc;
};
export const save = (doc) => doc.getChangesText();
export const load = (saved) => from(saved);
export const toJson = (doc) => doc.getData();
export const records = (doc) => doc.data.records;
export const title = (record) => record.title;
export const done = (record) => record.done;
export const id = (record) => record.id;
export function edit(doc, index, value) {
  doc.set(["records", index, "title"], value);
  return doc;
}
export const version = (doc) => doc.getDocVersion();
export const delta = (doc, since) => doc.getChangesText(since);
export function apply(doc, message) {
  doc.applyChanges(message);
  return doc;
}
export function subscribe(doc, listener) {
  doc.on("change", listener);
  return (index, value) => edit(doc, index, value);
}
