import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { sayHello } from "./testing/calls.ts";
import { startTestBackend } from "./testing/test-backend.ts";

const NONE = { latencyMs: 0, jitterMs: 0, errorCode: "UNAVAILABLE", errorShare: 0 };

test("a fault is read, replaced whole, and felt by calls", async () => {
  await using pod = await startTestBackend({ FAULTS: "on" });
  const put = async (fault: object) => {
    const answer = await pod.admin("/faults", { method: "PUT", body: JSON.stringify(fault) });
    return [answer.status, await answer.json()];
  };
  expect(await (await pod.admin("/faults")).json()).toEqual(NONE);
  expect(await put({ errorCode: "RESOURCE_EXHAUSTED", errorShare: 1 })).toEqual([
    200,
    { ...NONE, errorCode: "RESOURCE_EXHAUSTED", errorShare: 1 },
  ]);
  expect(await sayHello(pod.greeter)).toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
    details: "fault injected by /faults",
  });
  expect(await put({ latencyMs: 3_600_000 })).toEqual([200, { ...NONE, latencyMs: 3_600_000 }]);
  expect(await sayHello(pod.greeter, "Ada", 50)).toMatchObject({ code: status.DEADLINE_EXCEEDED });
  expect(await put({})).toEqual([200, NONE]);
  expect(await sayHello(pod.greeter)).toMatchObject({ code: status.OK });
});

test.each([
  ["{", "the body is not JSON"],
  ["[]", "the body: "],
  ['{"latencyMs": "5"}', "latencyMs: must be a number of ms"],
  ['{"latencyMs": -1}', "latencyMs: must not be negative"],
  ['{"jitterMs": 3600001}', "jitterMs: must be at most 3600000"],
  ['{"errorShare": 1.1}', "errorShare: must be from 0 to 1"],
  ['{"errorCode": "OK"}', "errorCode: must be one of CANCELLED, UNKNOWN"],
  ['{"errorCode": "14"}', "errorCode: must be one of"],
  ['{"latency": 5}', "latency: "],
])("%s is refused, and changes nothing", async (body, reason) => {
  await using pod = await startTestBackend({ FAULTS: "on" });
  const answer = await pod.admin("/faults", { method: "PUT", body });
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { error: string }).error).toContain(reason);
  expect(await (await pod.admin("/faults")).json()).toEqual(NONE);
});

test("a crash ends the process with 137", async () => {
  await using pod = await startTestBackend({ FAULTS: "on" });
  expect((await pod.admin("/crash")).status).toBe(405);
  await pod.admin("/crash", { method: "POST" });
  expect(pod.exits).toEqual([137]);
});

test("without FAULTS=on there is no way to break a pod", async () => {
  await using pod = await startTestBackend();
  expect((await pod.admin("/faults", { method: "PUT", body: "{}" })).status).toBe(404);
  expect((await pod.admin("/crash", { method: "POST" })).status).toBe(404);
  expect(pod.exits).toEqual([]);
});
