import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { echo } from "./testing/echo-call.ts";
import { startTestEcho } from "./testing/test-echo.ts";

test("a fault is felt by calls, and each call is counted with the lab's headers, failed ones too", async () => {
  await using pod = await startTestEcho({ FAULTS: "on" });
  await echo(pod.client, "hello", { "x-lab-kind": "7" });
  const fault = { errorCode: "RESOURCE_EXHAUSTED", errorShare: 1 };
  expect((await pod.admin("/faults", { method: "PUT", body: JSON.stringify(fault) })).status).toBe(200);
  await expect(echo(pod.client, "hello")).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(await (await pod.admin("/received")).json()).toEqual({
    calls: 2,
    byMethod: { Echo: 2 },
    mostInFlight: 1,
    headers: { "x-lab-kind": { 7: 1 } },
    connections: 1,
    longestConnectionMs: expect.any(Number),
  });
});

test("a crash ends the process with 137", async () => {
  await using pod = await startTestEcho({ FAULTS: "on" });
  await pod.admin("/crash", { method: "POST" });
  expect(pod.exits).toEqual([137]);
});

test("without FAULTS=on there is no way to break a pod, nor to see what it received", async () => {
  await using pod = await startTestEcho();
  for (const path of ["/faults", "/crash", "/received"]) expect((await pod.admin(path)).status).toBe(404);
});
