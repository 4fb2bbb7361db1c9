// Answers with what a document holds.
import { from } from "minisync";

export default {
  fetch() {
    const doc = from({ list: [1] });
    doc.get("list").push(2);
    return new Response(JSON.stringify(doc.getData()));
  },
};
