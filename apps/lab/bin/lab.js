#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets a sentence instead of a syntax error.
import * as nodeModule from "node:module";

const OLDEST_NODE = 24;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  console.error(
    `lab: this is Node ${process.versions.node}, needed is ${OLDEST_NODE} or newer: start it as "npx lab", which uses the workspace's own`,
  );
  process.exitCode = 2;
} else {
  nodeModule.enableCompileCache?.();
  await import("../src/main.ts");
}
