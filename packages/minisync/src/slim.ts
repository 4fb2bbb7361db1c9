// `minisync/slim`: the package without the WebAssembly module, which the app brings.
export * from "./index.js";
export { provide } from "./boundary/module-slim.js";
