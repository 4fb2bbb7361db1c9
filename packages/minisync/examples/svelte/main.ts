// A board in Svelte.

import { mount } from "svelte";
import { openBoard } from "../board.js";
import App from "./App.svelte";

mount(App, { target: document.querySelector("#app") as HTMLElement, props: { board: await openBoard() } });
