"use client";
// Rendered on the server first, and then alive in the page.
import { from, memory, open } from "minisync";
import { useDocument } from "minisync/react";
import { useEffect, useState } from "react";

const doc = from({ count: 0 });

async function sync() {
  const store = memory();
  const options = { defaults: { list: [] }, sync: store, syncEvery: null };
  const [laptop, phone] = [await open("list", { ...options, save: memory() }), await open("list", { ...options, save: memory() })];
  laptop.change((d) => d.list.push("synced"));
  await laptop.sync();
  await phone.sync();
  return JSON.stringify(phone.data);
}

export default function Counter() {
  const count = useDocument(doc, (data) => data.count);
  const [synced, setSynced] = useState("");
  useEffect(() => {
    doc.set("count", 1);
    sync().then(setSynced, (error) => setSynced(String(error)));
  }, []);
  useEffect(() => {
    if (synced !== "") console.log("done");
  }, [synced]);
  return <p>client {count} {synced}</p>;
}
