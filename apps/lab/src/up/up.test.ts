import { expect, it } from "vitest";
import { LabProcess, lab, running } from "../testing/lab-process.ts";

it("says how to try a mode, shows who answers, and ends with Ctrl-C", { timeout: 60_000 }, async () => {
  const up = new LabProcess(["up", "plain", "--pods", "2"]);
  await up.says("Ctrl-C ends it.");
  await up.says("last 10 s:");
  const children = up.descendants();
  up.kill("SIGINT");
  const { status, stdout } = await up.ended;
  expect(status).toBe(0);
  expect(stdout).toMatch(/npx lab greet '127\.\d+\.\d+\.5:50051'/);
  expect(stdout).toMatch(/grpcurl -plaintext .* 127\.\d+\.\d+\.11:50051 greeter\.v1\.GreeterService\/SayHello/);
  await expect.poll(() => running(children)).toEqual([]);
});

it("gives a greet command that works as it is printed", { timeout: 60_000 }, async () => {
  const up = new LabProcess(["up", "headless", "--pods", "3"]);
  await up.says("Ctrl-C ends it.");
  const printed = /npx lab greet '([^']+)' --policy (\S+)/.exec(up.stdout);
  const greeted = await lab([
    "greet",
    printed?.[1] ?? "",
    "--policy",
    printed?.[2] ?? "",
    "--count",
    "30",
    "--interval",
    "1ms",
  ]);
  up.kill("SIGINT");
  await up.ended;
  expect(greeted.status).toBe(0);
  expect(greeted.stdout.match(/backend-\d {2}#/g)).toHaveLength(3);
});
