import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "kernels/test/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "bench/test/**/*.test.ts",
      "tests/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // A process a file: a GPU device that is lost in one file leaves the others alone.
    pool: "forks",
    // On a machine without a GPU every worker computes on the CPU with as many threads as there are cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
