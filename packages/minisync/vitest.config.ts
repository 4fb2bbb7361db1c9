// How the package's tests are run. They import from `src/`; what the tarball contains is tested elsewhere.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const react18 = (name: string): string => fileURLToPath(new URL(`test/react/react-18/node_modules/${name}`, import.meta.url));

export default defineConfig({
  test: {
    projects: [
      {
        resolve: {
          alias: [
            { find: /^minisync$/, replacement: fileURLToPath(new URL("src/index.ts", import.meta.url)) },
            { find: /^minisync\/sync$/, replacement: fileURLToPath(new URL("src/sync.ts", import.meta.url)) },
          ],
        },
        test: {
          name: "package",
          // Property tests take seconds, and more where much else runs.
          testTimeout: 120_000,
          include: ["test/**/*.test.ts"],
          typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], tsconfig: "tsconfig.json" },
        },
      },
      { test: { name: "react-19", include: ["test/react/*.test.tsx"], environment: "happy-dom" } },
      {
        resolve: {
          alias: [
            { find: /^react$/, replacement: react18("react") },
            { find: /^react\/(.*)$/, replacement: react18("react/$1") },
            { find: /^react-dom\/(.*)$/, replacement: react18("react-dom/$1") },
          ],
        },
        test: { name: "react-18", include: ["test/react/*.test.tsx"], environment: "happy-dom", env: { REACT: "18" } },
      },
    ],
  },
});
