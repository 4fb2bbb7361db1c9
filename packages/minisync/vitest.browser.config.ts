// How the tests in a real browser are run: `npm run test:browser`. They need Chromium.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two browsers at once are enough for two cores.
    maxWorkers: 2,
  },
});
