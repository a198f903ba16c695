import { Client, credentials, status } from "@grpc/grpc-js";
import { everyAddress, hostAndPort } from "@grpc-lb-lab/rpc";
import { service as healthDefinition } from "grpc-health-check";
import { expect, test, vi } from "vitest";
import { echo, forward, PATIENT, startForward, valuesOf } from "./testing/echo-call.ts";
import { startHeldEcho } from "./testing/held-echo.ts";
import { startTestEcho, type TestEcho } from "./testing/test-echo.ts";

test("both gRPC ports serve EchoTestService and name themselves", async () => {
  await using pod = await startTestEcho();
  const main = new Client(pod.address, credentials.createInsecure());
  expect(await echo(main, "")).toContain(`ServicePort=${pod.ports.grpc}`);
  expect(await echo(pod.client, "")).toContain(`ServicePort=${pod.ports.plainGrpc}`);
  main.close();
});

test.each(["127.0.0.1", ...(everyAddress() === "::" ? ["::1"] : [])])(
  "without HOST a pod answers on all of its ports at %s, and sees that address of its clients",
  async (loopback) => {
    await using pod = await startTestEcho({ HOST: "" });
    const at = (port: number | undefined) => hostAndPort(loopback, port ?? 0);
    for (const port of [pod.ports.grpc, pod.ports.plainGrpc]) {
      const client = new Client(at(port), credentials.createInsecure());
      expect(await echo(client, "")).toContain(`IP=${loopback}`);
      client.close();
    }
    expect(await (await fetch(`http://${at(pod.ports.http[0])}/`)).text()).toContain(`IP=${loopback}`);
    expect((await fetch(`http://${at(pod.ports.admin)}/readyz`)).status).toBe(200);
  },
);

test("a draining pod says so on every port first, and goes on serving for the delay", async () => {
  await using pod = await startTestEcho({ DRAIN_DELAY_MS: "3600000" });
  expect(await health(pod)).toEqual(["SERVING", "SERVING"]);
  const hurry = new AbortController();
  const drained = pod.echo.drain(hurry.signal);
  expect(await health(pod)).toEqual(["NOT_SERVING", "NOT_SERVING"]);
  expect((await fetch(`http://127.0.0.1:${pod.ports.admin}/readyz`)).status).toBe(503);
  expect(await echo(pod.client, "")).toContain("StatusCode=200");
  hurry.abort();
  expect(await drained).toBe("hurried");
});

test("a ForwardEcho that is under way finishes inside the grace", async () => {
  await using pod = await startTestEcho();
  await using other = await startHeldEcho();
  const { ended } = startForward(pod.client, { url: `grpc://${other.address}`, timeoutMicros: 3_600_000_000n });
  await vi.waitFor(() => expect(other.waiting()).toBe(1), PATIENT);
  const drained = pod.echo.drain();
  other.release();
  expect(await ended).toMatchObject({ code: status.OK });
  expect(await drained).toBe("finished");
});

test("pods share ports where each has an address", { skip: process.platform !== "linux" }, async () => {
  await using one = await startTestEcho({ HOST: "127.0.0.2", POD_NAME: "echo-a" });
  const [GRPC_PORT, HTTP_PORT] = [String(one.ports.grpc), String(one.ports.http[0])];
  await using other = await startTestEcho({ HOST: "127.0.0.3", POD_NAME: "echo-b", GRPC_PORT, HTTP_PORT });
  for (const url of [`grpc://${other.address}`, other.httpUrl])
    expect(valuesOf((await forward(one.client, { url })).output, "Hostname")).toEqual(["echo-b"]);
});

/** What the two gRPC ports say of EchoTestService. */
async function health({ ports }: TestEcho): Promise<string[]> {
  return await Promise.all([ports.grpc, ports.plainGrpc].map(healthAt));
}

async function healthAt(port: number): Promise<string> {
  const { Check: check } = healthDefinition;
  if (check === undefined) throw new Error("grpc-health-check has no Check");
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const { promise, resolve, reject } = Promise.withResolvers<{ status: string }>();
  const request = { service: "proto.EchoTestService" };
  client.makeUnaryRequest(check.path, check.requestSerialize, check.responseDeserialize, request, (error, answer) =>
    error === null && answer !== undefined ? resolve(answer as { status: string }) : reject(error),
  );
  try {
    return (await promise).status;
  } finally {
    client.close();
  }
}
