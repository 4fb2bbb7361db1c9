// Automerge: plain data in, plain data out, by immutable documents.

import * as A from "@automerge/automerge";

export const name = "automerge";
export const fromJson = (data) => A.from(data);
export const save = (doc) => A.save(doc);
export const load = (saved) => A.load(saved);
export const toJson = (doc) => A.toJS(doc);
export const records = (doc) => doc.records;
export const title = (record) => record.title;
export const done = (record) => record.done;
export const id = (record) => record.id;
export const edit = (doc, index, value) =>
  A.change(doc, (d) => {
    d.records[index].title = value;
  });
export const version = (doc) => A.getHeads(doc);
export const delta = (doc, since) => A.saveSince(doc, since);
export const apply = (doc, message) => A.loadIncremental(doc, message);
export function subscribe(doc, listener) {
  let current = doc;
  return (index, value) => {
    current = A.change(
      current,
      { patchCallback: listener },
      (d) => {
        d.records[index].title = value;
      },
    );
  };
}
