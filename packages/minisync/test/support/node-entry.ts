// What processes that tests start find in the package.
export * from "../../src/index.js";
export { folder } from "../../src/storage/folder.js";
