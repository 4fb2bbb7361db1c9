// What tests find in the page.
import type * as package_ from "../../../src/index.js";

declare global {
  var minisync: typeof package_;
  var board: package_.OpenDocument<any>;
}
