import { spawnSync } from "node:child_process";
import { test } from "vitest";
import { renderTest } from "./render-test.ts";

const hasHelm = spawnSync("helm", ["version"], { stdio: "ignore" }).error === undefined;

if (!hasHelm) console.warn("NOT RUN: tests that render the chart, for helm is not on the PATH");

/** A test that renders the chart, and overlays beside it: left out where nothing can, told, and never in CI. */
export const helmTest = hasHelm || process.env.CI ? renderTest : test.skip;
