import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { forward, valuesOf } from "../testing/echo-call.ts";
import { startTestEcho } from "../testing/test-echo.ts";

const CALLS = 10_000;
/** 500 bytes a call: less than one forgotten output, listener or closed call would hold. */
const MOST_GROWTH_BYTES = CALLS * 500;

test("10,000 calls in one request leave nothing behind", async () => {
  await using pod = await startTestEcho();
  const request = { url: `grpc://${pod.address}`, count: CALLS, timeoutMicros: 110_000_000n };
  const forwardAll = async () => {
    const { code, details, output } = await forward(pod.client, request);
    expect([code, details]).toEqual([status.OK, ""]);
    expect(valuesOf(output, "Hostname")).toHaveLength(CALLS);
  };
  await forwardAll();
  const before = heapUsed();
  await forwardAll();
  expect(heapUsed() - before).toBeLessThan(MOST_GROWTH_BYTES);
});

function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
