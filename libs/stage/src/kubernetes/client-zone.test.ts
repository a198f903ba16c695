import type { KubePod } from "@grpc-lb-lab/cluster";
import { type Answers, fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { modeNamed } from "@grpc-lb-lab/modes";
import { afterEach, expect, it, vi } from "vitest";
import { clientZone } from "./client-zone.ts";
import { zoneOf } from "./pod-table.ts";

afterEach(() => void vi.unstubAllEnvs());

const NODES = new Map([
  ["node-a", "lab-a"],
  ["node-b", "lab-b"],
]);
const GATEWAYS = "/api/v1/namespaces/lab-gateway/pods?labelSelector=app in (edge-istio)";

function pod(node: string, metadata: Partial<KubePod["metadata"]> = {}, ready = "True"): KubePod {
  return {
    metadata: { name: `on-${node}`, ...metadata },
    spec: { nodeName: node, containers: [] },
    status: { conditions: [{ type: "Ready", status: ready }] },
  };
}

/** The zone of a mode's client, whose own pod is at `node-a`. */
async function zoneUnder(mode: string, answers: Answers = {}, clientPod = pod("node-a")): Promise<string | undefined> {
  await using api = await fakeApiServer(answers);
  const place = {
    client: api.client,
    mode: modeNamed(mode),
    namespace: `lab-${mode}`,
    signal: new AbortController().signal,
  };
  return await clientZone(place, clientPod, { zoneOf: (one) => zoneOf(one, NODES) });
}

it("is that of the client's node where the client picks, or what is beside it", async () => {
  expect([await zoneUnder("proxyless"), await zoneUnder("sidecar"), await zoneUnder("plain")]).toEqual([
    "lab-a",
    "lab-a",
    "lab-a",
  ]);
});

it("is that of the pod's own label, which newer clusters copy from the node", async () => {
  const labelled = pod("node-a", { labels: { "topology.kubernetes.io/zone": "lab-c" } });
  expect(await zoneUnder("sidecar", {}, labelled)).toBe("lab-c");
});

it("is the gateway's where a gateway picks, of its pods that are there to stay", async () => {
  const leaving = pod("node-a", { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const items = [leaving, pod("node-a", {}, "False"), pod("node-b")];
  expect(await zoneUnder("gateway", { [GATEWAYS]: { items } })).toBe("lab-b");
});

it("is not known where the gateway's pods are in several, there is none, or nodes have none", async () => {
  expect(await zoneUnder("gateway", { [GATEWAYS]: { items: [pod("node-a"), pod("node-b")] } })).toBeUndefined();
  expect(await zoneUnder("gateway", { [GATEWAYS]: { items: [] } })).toBeUndefined();
  expect(await zoneUnder("sidecar", {}, pod("node-x"))).toBeUndefined();
});
