import { join } from "node:path";
import { skippedRun } from "@grpc-lb-lab/experiments";
import { RESULT_SCHEMA, type Result, type RunResult } from "@grpc-lb-lab/measure";
import { writeResultFile } from "@grpc-lb-lab/report";
import { expect, it } from "vitest";
import { temporaryFolder } from "../testing/lab-process.ts";
import { latencyAdded } from "./latency-added.ts";

function costRun(mode: string, p50: number): RunResult {
  const empty = skippedRun(mode, "cost", "kubernetes", "made up");
  return {
    ...empty,
    status: "passed",
    calls: { ...empty.calls, total: 10, ok: 10 },
    latencyMs: { ...empty.latencyMs, p50 },
  };
}

function resultOf(run: RunResult): Result {
  const environment = { lab: "0", node: "24", grpcJs: "1", grpcJsXds: "1", envoy: null, os: "-", cpus: 2 };
  return {
    schema: RESULT_SCHEMA,
    ok: true,
    startedAt: new Date(0).toISOString(),
    durationMs: 1,
    options: {},
    seed: 1,
    environment: { ...environment, cpuModel: "-", memoryMiB: 1 },
    modes: [],
    runs: [run],
  };
}

it("tells what a mode adds to the median call beside headless, where both were metered", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "result.json");
  expect(await latencyAdded([costRun("sidecar", 3.5)], file)).toBeUndefined();
  await writeResultFile(file, resultOf(costRun("headless", 2)));
  expect(await latencyAdded([costRun("sidecar", 3.5)], file)).toBe(
    `A median call takes 1.5 ms more than under headless (${file}).`,
  );
  expect(await latencyAdded([costRun("envoy", 1.6)], file)).toContain("takes 0.40 ms less than");
  expect(await latencyAdded([costRun("headless", 2)], file)).toBeUndefined();
  expect(await latencyAdded([], file)).toBeUndefined();
});
