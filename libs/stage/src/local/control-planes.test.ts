import { modeNamed } from "@grpc-lb-lab/modes";
import { InputError } from "@grpc-lb-lab/stage-api";
import { afterEach, expect, it, vi } from "vitest";
import { nackingClient } from "./testing/nacking-client.ts";
import { plainStage } from "./testing/plain-stage.ts";
import { takePort } from "./testing/ports.ts";

afterEach(() => void vi.unstubAllEnvs());

it("what a client rejects of the control plane's answers becomes a problem", async () => {
  const { stage, prefix, aborting } = plainStage();
  await using deployment = await stage.start(modeNamed("proxyless"), { pods: 1, signal: aborting.signal });
  expect(deployment.problems).toEqual([]);
  const node = `sidecar~${prefix}.9~client.lab~lab.svc.cluster.local`;
  using _client = nackingClient(`${prefix}.4:15010`, node, "lb_policy LEAST_REQUEST is not known");
  await vi.waitFor(() => expect(deployment.problems).toHaveLength(1), { timeout: 60_000 });
  expect(deployment.problems).toEqual([
    `${node} rejected the control plane's CDS (NACK) and keeps its previous one: lb_policy LEAST_REQUEST is not known`,
  ]);
});

it.each([
  ["watch", 3, 16_443],
  ["proxyless", 4, 15_010],
] as const)("%s names the address when its control plane's port is taken", async (mode, host, port) => {
  const { stage, prefix, aborting } = plainStage();
  await using _holder = await takePort(`${prefix}.${host}`, port);
  const failure = await stage
    .start(modeNamed(mode), { pods: 1, signal: aborting.signal })
    .catch((error: Error) => error);
  expect(failure).toBeInstanceOf(InputError);
  expect(String(failure)).toMatch(
    new RegExp(`cannot listen (on|at) ${prefix}\\.${host}( port |:)${port}: the port is taken`),
  );
});
