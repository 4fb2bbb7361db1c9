// What is loaded when a document syncs for the first time: the sync engine, and what performs for it.
export { instantiateEngine } from "../boundary/sync-module.js";
export { findChanges, findDocuments } from "./find.js";
export { runMachine } from "./round.js";
