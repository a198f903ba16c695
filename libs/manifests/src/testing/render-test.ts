import { spawnSync } from "node:child_process";
import { test } from "vitest";

const isThere = (program: string) => spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined;
const canRender = isThere("kubectl") || isThere("kustomize");

if (!canRender)
  console.warn("NOT RUN: tests that render kustomizations, for neither kubectl nor kustomize is on the PATH");

/** A test that renders kustomizations: left out where nothing can, told, and never in CI. */
export const renderTest = canRender || process.env.CI ? test : test.skip;
