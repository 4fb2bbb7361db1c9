// A board in Vue.

import { createApp } from "vue";
import { openBoard } from "../board.js";
import App from "./App.vue";

createApp(App, { board: await openBoard() }).mount("#app");
