import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const SCRIPT = new URL("./program-path.ts", import.meta.url).pathname;

/** Runs the script to its end. */
const programPath = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [SCRIPT, ...args], { encoding: "utf8", env: { ...process.env, ...env } });

it.each([[[]], [["no-such-program"]], [["plain"]]])("tells in one line that %j names no program", (args) => {
  const { status, stdout, stderr } = programPath(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^usage: program-path\.ts PROGRAM, one of .*\n$/);
});

it("tells in one line why a program cannot be had", () => {
  const { status, stderr } = programPath(["envoy"], { ENVOY_BIN: "/no/such/envoy" });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^[^\n]*\/no\/such\/envoy[^\n]*\n$/);
});
