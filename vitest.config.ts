import { basename } from "node:path";
import { defineConfig } from "vitest/config";

/** A folder that gets a JSON report per project, for CI to count tests in. */
const reports = process.env.LAB_TEST_REPORTS;
/** The npm script that runs: a project's `test` and `test:cluster` report apart. */
const script = process.env.npm_lifecycle_event ?? "test";

/** Tests that need a Docker engine run by themselves: `npm run test:containers`. */
const CONTAINER_TESTS = "**/*.containers.test.ts";
const ofContainers = script === "test:containers";
/** Likewise those that need a cluster, with the modes deployed: `npm run test:cluster`, LAB_KUBE_CONTEXT names its context. */
const CLUSTER_TESTS = "**/*.cluster.test.ts";
const ofCluster = script === "test:cluster";

/** Shared by every project (`vitest run --config ../../vitest.config.ts --root .`): tests beside the code, real servers, no retries. */
export default defineConfig({
  test: {
    include: [ofContainers ? CONTAINER_TESTS : "**/*.test.ts"],
    exclude: ["**/node_modules/**", ...(ofContainers ? [] : [CONTAINER_TESTS]), ...(ofCluster ? [] : [CLUSTER_TESTS])],
    // An event is waited for, not a time: a machine may be busy with something else. These only end what hangs, and no test has its own.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    pool: "forks",
    maxWorkers: 2,
    retry: 0,
    reporters: reports === undefined ? ["default"] : ["default", "json"],
    ...(reports === undefined ? {} : { outputFile: { json: `${reports}/${basename(process.cwd())}-${script}.json` } }),
  },
});
