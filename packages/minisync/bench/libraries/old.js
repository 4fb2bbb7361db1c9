// @jsebrech/minisync 0.4, if its built file is at hand: it is not in the registry, so its path comes from `MINISYNC_OLD`.

const old = await import(process.env.MINISYNC_OLD);

export const name = "minisync 0.4";
export const fromJson = (data) => old.from(structuredClone(data));
export const save = (doc) => JSON.stringify(doc.getChanges());
export const load = (saved) => old.from(JSON.parse(saved));
export const toJson = (doc) => doc.getData();
export function records(doc) {
  const all = [];
  doc.get("records").forEach((record) => all.push(record));
  return all;
}
export const title = (record) => record.get("title");
export const done = (record) => record.get("done");
export const id = (record) => record.get("id");
export function edit(doc, index, value) {
  doc.set(`records[${index}].title`, value);
  return doc;
}
export const version = (doc) => doc.getDocVersion();
export const delta = (doc, since) => JSON.stringify(doc.getChanges(since));
export function apply(doc, message) {
  doc.applyChanges(JSON.parse(message));
  return doc;
}
