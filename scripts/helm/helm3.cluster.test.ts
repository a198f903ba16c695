import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import { testReleases } from "./testing/test-releases.ts";

const hasHelm3 = spawnSync("helm3", ["version"], { stdio: "ignore" }).error === undefined;

describe.runIf(hasHelm3)(`releases by Helm 3${hasHelm3 ? "" : " (NOT RUN: helm3 is not on the PATH)"}`, () => {
  testReleases("helm3", ["sidecar"]);
});
