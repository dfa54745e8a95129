import { defineConfig } from "vitest/config";

const slow = { testTimeout: 60_000, hookTimeout: 400_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/*.test.ts"], environment: "happy-dom", setupFiles: ["test/translations.mjs"] } },
      { test: { name: "browser", include: ["test/browser/*.test.mjs"], environment: "node", ...slow } },
      { test: { name: "home", include: ["test/home/*.test.mjs"], environment: "node", ...slow } },
    ],
  },
});
