// What `cargo xtask wasm` makes, and what bundlers of edge functions make of a .wasm file.
declare module "minisync/minisync.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "minisync/minisync.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
