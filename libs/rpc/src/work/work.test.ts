import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { Faults } from "./faults.ts";
import { addedMs, work } from "./work.ts";

const call = { signal: new AbortController().signal };

test("jitter comes on top of latency, evenly spread", () => {
  expect(addedMs({ latencyMs: 0, jitterMs: 0 }, () => 0.5)).toBe(0);
  expect(addedMs({ latencyMs: 20, jitterMs: 0 }, () => 0.5)).toBe(20);
  expect(addedMs({ latencyMs: 20, jitterMs: 10 }, () => 0)).toBe(20);
  expect(addedMs({ latencyMs: 20, jitterMs: 10 }, () => 0.5)).toBe(25);
});

test("work takes its time", async () => {
  const beganMs = performance.now();
  await work({ workMs: 20, workCpuMs: 0, workAtOnce: 0 }, new Faults(), () => 0)(call);
  expect(performance.now() - beganMs).toBeGreaterThan(18);
});

test("CPU time is used, whatever the clock says", async () => {
  const before = process.threadCpuUsage();
  await work({ workMs: 0, workCpuMs: 20, workAtOnce: 0 }, new Faults(), () => 0)(call);
  const { user, system } = process.threadCpuUsage(before);
  expect(user + system).toBeGreaterThanOrEqual(20_000);
});

test("a call that fails is no work", async () => {
  const faults = new Faults();
  faults.replace('{"errorShare": 1}');
  const neverDone = 3_600_000;
  const run = work({ workMs: neverDone, workCpuMs: 0, workAtOnce: 0 }, faults, () => 0);
  await expect(run(call)).rejects.toMatchObject({ code: status.UNAVAILABLE });
});

test("a call that fails needs no turn, and others get one after the other", async () => {
  const faults = new Faults();
  const draws = [1, 0];
  const run = work({ workMs: 3_600_000, workCpuMs: 0, workAtOnce: 1 }, faults, () => draws.shift() ?? 1);
  faults.replace('{"errorShare": 0.5}');
  const aborting = new AbortController();
  const [working, failing, waiting] = [run(aborting), run(call), run(aborting)];
  await expect(failing).rejects.toMatchObject({ code: status.UNAVAILABLE });
  aborting.abort(new Error("cancelled"));
  await expect(working).rejects.toThrow();
  await expect(waiting).rejects.toThrow("cancelled");
});

test("an error comes for its share of the calls", async () => {
  const faults = new Faults();
  faults.replace('{"errorCode": "RESOURCE_EXHAUSTED", "errorShare": 0.25}');
  const draws = [0.24, 0.25, 0.99, 0];
  const run = work({ workMs: 0, workCpuMs: 0, workAtOnce: 0 }, faults, () => draws.shift() ?? 1);
  const ends = [];
  for (let calls = 0; calls < 4; calls++) ends.push(await run(call).catch((error) => error.code));
  expect(ends).toEqual([status.RESOURCE_EXHAUSTED, undefined, undefined, status.RESOURCE_EXHAUSTED]);
});
