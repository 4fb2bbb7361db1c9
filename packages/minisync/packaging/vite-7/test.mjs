// Vite 7: a production build of a page, which loads the sync engine when it syncs, and a library for Node.
import "./vite.mjs";
