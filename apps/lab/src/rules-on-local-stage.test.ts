import type { CallRecord } from "@grpc-lb-lab/measure";
import { modeNamed } from "@grpc-lb-lab/modes";
import type { Deployment, JsonObject, Rules } from "@grpc-lb-lab/stage-api";
import { expect, it, vi } from "vitest";
import { localStage } from "./local-stage.ts";

const UNAVAILABLE = 14;
const CALLS = 200;

it.each(["sidecar", "proxyless"])("an abort of half the calls, asked of Istio, is seen under %s", async (mode) => {
  const fault = { abort: { grpcStatus: "UNAVAILABLE", percentage: { value: 50 } } };
  const http = [{ fault, route: [{ destination: { host: "backend" } }], retries: { attempts: 0 } }];
  await using deployment = await start(mode, rule("VirtualService", { hosts: ["backend"], http }));
  const records = await callsOf(deployment);
  const aborted = records.filter(({ code }) => code === UNAVAILABLE).length;
  expect(Math.abs(aborted - CALLS / 2)).toBeLessThanOrEqual(5 * Math.sqrt(CALLS / 4));
  const received = [...(await deployment.received()).values()].map(
    ({ headers }) => headers["x-lab-counted"]?.["0"] ?? 0,
  );
  expect(received.reduce((sum, calls) => sum + calls, 0)).toBe(CALLS - aborted);
  expect(deployment.refusals).toEqual([]);
});

it("what a client rejects of rules is a refusal", async () => {
  const trafficPolicy = { loadBalancer: { simple: "LEAST_REQUEST" } };
  await using deployment = await start("proxyless", rule("DestinationRule", { host: "backend", trafficPolicy }));
  await using load = await deployment.runLoad({ inFlight: 1, warmUp: { maxMs: 1 } });
  await vi.waitFor(() => expect(deployment.refusals).toHaveLength(1), { timeout: 60_000 });
  expect(deployment.refusals).toEqual([{ by: "the client (NACK)", reason: expect.stringContaining("lb_policy") }]);
  expect(deployment.problems).toEqual([]);
  await load.stop();
});

it("what istiod's webhook would refuse does not start", async () => {
  const trafficPolicy = { loadBalancer: { simple: "FASTEST" } };
  await expect(start("proxyless", rule("DestinationRule", { host: "backend", trafficPolicy }))).rejects.toMatchObject({
    by: "istiod's webhook",
  });
});

function start(mode: string, rules: Rules): Promise<Deployment> {
  const signal = AbortSignal.timeout(100_000);
  const stage = localStage({
    seed: 1,
    find: (program) => program.find({ env: process.env, signal, onProgress: () => {} }),
  });
  return stage.start(modeNamed(mode), { pods: 2, rules, signal });
}

function rule(kind: string, spec: JsonObject): Rules {
  const object = { apiVersion: "networking.istio.io/v1", kind, metadata: { name: "backend" }, spec };
  return { dialect: "Istio", objects: [object] };
}

async function callsOf(deployment: Deployment): Promise<readonly CallRecord[]> {
  const kinds = [{ metadata: { "x-lab-counted": "0" } }];
  await using load = await deployment.runLoad({ rate: 200, calls: CALLS, kinds });
  await load.done;
  return load.records;
}
