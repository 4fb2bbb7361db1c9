// A server component, which uses the package in Node and renders a client component.
import { from } from "minisync";
import Counter from "./counter";

export default function Page() {
  const doc = from({ list: [1] });
  doc.get("list").push(2);
  return <main><p>server {JSON.stringify(doc.getData())}</p><Counter /></main>;
}
