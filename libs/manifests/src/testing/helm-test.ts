import { test } from "vitest";
import { isInstalled } from "./is-installed.ts";
import { renderTest } from "./render-test.ts";

const hasHelm = isInstalled("helm");
const hasHelm3 = isInstalled("helm3");

if (!hasHelm) console.warn("NOT RUN: tests that render the chart, for helm is not on the PATH");
if (!hasHelm3) console.warn("NOT RUN: tests that render the chart with Helm 3, for helm3 is not on the PATH");

/** The programs to test with: `helm`, of whichever version, and Helm 3 where it is installed beside it as `helm3`. */
export const HELMS: readonly string[] = hasHelm3 ? ["helm", "helm3"] : ["helm"];

/** A test that renders the chart, and overlays beside it: left out where nothing can, told, and never in CI. */
export const helmTest = hasHelm || process.env.CI ? renderTest : test.skip;
