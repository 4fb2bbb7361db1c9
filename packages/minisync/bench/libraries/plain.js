// Plain objects and JSON text: what nothing can be quicker than. Keeps no history and merges nothing.

export const name = "plain objects";
export const fromJson = (data) => structuredClone(data);
export const save = (doc) => JSON.stringify(doc);
export const load = (saved) => JSON.parse(saved);
export const toJson = (doc) => structuredClone(doc);
export const records = (doc) => doc.records;
export const title = (record) => record.title;
export const done = (record) => record.done;
export const id = (record) => record.id;
export function edit(doc, index, value) {
  doc.records[index].title = value;
  return doc;
}
export function subscribe(doc, listener) {
  return (index, value) => {
    doc.records[index].title = value;
    listener();
  };
}
