import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { readToEnd, sayHello } from "./testing/calls.ts";
import { startTestBackend } from "./testing/test-backend.ts";

test("a pod tells what has reached it: methods, the lab's headers, the most at once; failed calls, too", async () => {
  await using pod = await startTestBackend({ FAULTS: "on" });
  const fault = { method: "PUT", body: JSON.stringify({ errorShare: 1 }) };
  await sayHello(pod.greeter);
  await readToEnd(
    pod.greeter.sayHelloStream(
      { name: "Ada", count: 3, intervalMs: 0 },
      Metadata.fromHttp2Headers({ "x-lab-kind": "7" }),
      {},
    ),
  );
  await fetch(`http://127.0.0.1:${pod.adminPort}/faults`, fault);
  await sayHello(pod.greeter);
  const answer = await fetch(`http://127.0.0.1:${pod.adminPort}/received`);
  expect(await answer.json()).toEqual({
    calls: 3,
    byMethod: { SayHello: 2, SayHelloStream: 1 },
    mostInFlight: 1,
    headers: { "x-lab-kind": { 7: 1 } },
    connections: 1,
    longestConnectionMs: expect.any(Number),
  });
  const forgotten = await fetch(`http://127.0.0.1:${pod.adminPort}/received`, { method: "DELETE" });
  expect(await forgotten.json()).toEqual({
    calls: 0,
    byMethod: {},
    mostInFlight: 0,
    headers: {},
    connections: 0,
    longestConnectionMs: 0,
  });
});
