#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets a sentence instead of a syntax error.
import * as nodeModule from "node:module";

const OLDEST_NODE = 24;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  console.error(
    `lab: this is Node ${process.versions.node}, but lab needs ${OLDEST_NODE} or newer: run "npx lab", which uses the workspace's Node`,
  );
  process.exitCode = 2;
} else {
  nodeModule.enableCompileCache?.();
  await import("../src/main.ts");
}
