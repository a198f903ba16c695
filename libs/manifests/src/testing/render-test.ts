import { test } from "vitest";
import { isInstalled } from "./is-installed.ts";

const canRender = isInstalled("kubectl") || isInstalled("kustomize");

if (!canRender)
  console.warn("NOT RUN: tests that render kustomizations, for neither kubectl nor kustomize is on the PATH");

/** A test that renders kustomizations: left out where nothing can, told, and never in CI. */
export const renderTest = canRender || process.env.CI ? test : test.skip;
