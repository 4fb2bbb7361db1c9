// Answers with what a document holds, and with what came to another one by sync.
import { from, memory, open } from "minisync";

export default {
  async fetch() {
    const doc = from({ list: [1] });
    doc.get("list").push(2);
    const store = memory();
    const options = { defaults: { list: [] }, sync: store, syncEvery: null };
    const [laptop, phone] = [await open("list", { ...options, save: memory() }), await open("list", { ...options, save: memory() })];
    laptop.change((d) => d.list.push("synced"));
    await laptop.sync();
    await phone.sync();
    return new Response(`${JSON.stringify(doc.getData())}\n${JSON.stringify(phone.data)}\n`);
  },
};
