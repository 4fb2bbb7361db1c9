// What an app does first; and then what it does with other devices, for which the package loads its sync engine.
import { from, memory, open } from "minisync";

const doc = from({ list: [1] });
doc.get("list").push(2);
console.log(JSON.stringify(doc.getData()));

async function sync() {
  const store = memory();
  const options = { defaults: { list: [] }, sync: store, syncEvery: null };
  const [laptop, phone] = [await open("list", { ...options, save: memory() }), await open("list", { ...options, save: memory() })];
  laptop.change((d) => d.list.push("synced"));
  await laptop.sync();
  await phone.sync();
  console.log(JSON.stringify(phone.data));
  await Promise.all([laptop.close(), phone.close()]);
}

sync().catch((error) => console.log(String(error)));
