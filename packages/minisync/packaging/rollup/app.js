// What an app does first.
import { from } from "minisync";

const doc = from({ list: [1] });
doc.get("list").push(2);
console.log(JSON.stringify(doc.getData()));
