// The Solid that pages get, by its file.
declare module "solid-js/dist/solid.js" {
  export * from "solid-js";
}
