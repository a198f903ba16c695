import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LabProcess, lab, running } from "../testing/lab-process.ts";
import type { WalkThroughResult } from "./walk-through-result.ts";

it("lab demo --app echo takes every step of the walk-through, judges it, and writes it down, with an HTTP proxy in the environment, too", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "lab-echo-"));
  const { status, stdout, stderr } = await lab(["demo", "--app", "echo", "--json", "--out", folder.path], {
    http_proxy: "http://127.0.0.1:1",
  });
  const result: WalkThroughResult = JSON.parse(stdout);
  const failed = result.steps.flatMap(({ expectations }) => expectations.filter(({ ok }) => !ok));
  expect([failed, result.problems, result.ok, status]).toEqual([[], [], true, 0]);
  expect(result.steps.map(({ id }) => id)).toEqual([
    "round-robin",
    "weights",
    "client-mutual",
    "both-mutual",
    "rotation",
  ]);
  expect(result.steps[2]?.error).toMatch(
    /^20\/20 requests had errors; first error: rpc error: code = Unavailable desc = /,
  );
  expect(JSON.parse(await readFile(join(folder.path, "walk-through.json"), "utf8"))).toEqual(result);
  expect(stderr).toContain("lab: weights: weights-20-80.yaml");
});

it("Ctrl-C keeps the steps that were taken and leaves no process behind", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "lab-echo-"));
  const demo = new LabProcess(["demo", "--app", "echo", "--out", folder.path]);
  await demo.says("lab: rotation");
  const children = demo.descendants();
  demo.kill("SIGINT");
  const { status, stdout } = await demo.ended;
  expect(status).toBe(130);
  expect(stdout).toContain("weights        deploy/istio/walkthrough/weights-20-80.yaml");
  await expect.poll(() => running(children), { timeout: 60_000 }).toEqual([]);
});

it.each([
  [["demo", "--app", "echo", "--pods", "3"], "--pods has no effect with --app echo; leave it out"],
  [["demo", "--app", "tea"], "There is no app"],
  [["up", "plain", "--app", "echo"], "--app echo runs under proxyless only, not under plain"],
  [["up", "proxyless", "--app", "echo", "--rate", "5"], "--rate has no effect with --app echo"],
  [["up", "plain", "--rules-port", "5"], "--rules-port has no effect with --app greeter"],
  [["apply", "nowhere.yaml"], "lab: the rules cannot be read: ENOENT"],
  [["apply", "--rules-port", "1", "package.json"], "nothing accepts rules at 127.0.0.1:1: start"],
])("%j ends with 2 and says why", async (args, reason) => {
  const { status, stderr } = await lab(args);
  expect(stderr).toContain(reason);
  expect(stderr).not.toContain("    at ");
  expect(status).toBe(2);
});
