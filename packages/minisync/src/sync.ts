// `minisync/sync`: has the sync engine loaded with the page, not when a document syncs for the first time.
import { provideSync } from "./sync/load.js";
import * as parts from "./sync/parts.js";

provideSync(parts);
