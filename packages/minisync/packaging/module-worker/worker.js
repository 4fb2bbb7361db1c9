// The app in a worker; the page prints what comes of it.
import { from, memory, open } from "/node_modules/minisync/dist/index.js";

const doc = from({ list: [1] });
doc.get("list").push(2);
postMessage(JSON.stringify(doc.getData()));

const store = memory();
const options = { defaults: { list: [] }, sync: store, syncEvery: null };
const [laptop, phone] = [await open("list", { ...options, save: memory() }), await open("list", { ...options, save: memory() })];
laptop.change((d) => d.list.push("synced"));
await laptop.sync();
await phone.sync();
postMessage(JSON.stringify(phone.data));
