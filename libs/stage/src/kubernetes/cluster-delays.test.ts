import { fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { modeNamed } from "@grpc-lb-lab/modes";
import {
  type DeployedProxy,
  InputError,
  type Mode,
  type ProxySettings,
  type StartOptions,
} from "@grpc-lb-lab/stage-api";
import { afterEach, expect, it, vi } from "vitest";
import { clusterDelays } from "./cluster-delays.ts";
import { kubernetesTimings } from "./kubernetes-timings.ts";

afterEach(() => void vi.unstubAllEnvs());

const never = new AbortController().signal;
const COREFILE = ".:53 {\n  kubernetes cluster.local {\n    ttl 20\n  }\n  cache 15\n}";
const TEMPLATE = { metadata: {}, spec: { terminationGracePeriodSeconds: 40, containers: [] } };
const PROXY: DeployedProxy = {
  deployment: "edge",
  program: { name: "edge", find: () => Promise.reject(new Error("nobody looks for it")) },
  retriesRemedy: "edit edge.conf and deploy it",
  variantRemedy: "write it otherwise",
  settings: async () => ({ dnsRefreshMs: 700, retries: 1 }),
  knows: async () => true,
};

type Asked = Pick<StartOptions, "proxyRetries" | "proxyVariant" | "proxyWorkers">;

async function delaysOf(mode: Mode, options: Asked = {}) {
  await using server = await fakeApiServer({
    "/api/v1/namespaces/kube-system/configmaps/coredns": { data: { Corefile: COREFILE } },
  });
  const place = { client: server.client, mode, namespace: "lab-x", options, signal: never };
  return await clusterDelays(place, TEMPLATE, await mode.launchers.kubernetes?.proxy?.());
}

const behindEdge = (kubernetes: Mode["launchers"]["kubernetes"]): Mode => ({
  ...modeNamed("plain"),
  launchers: { kubernetes: { proxy: async () => PROXY, ...kubernetes } },
});

const behindEdgeWith = (settings: Partial<ProxySettings>): Mode =>
  behindEdge({ proxy: async () => ({ ...PROXY, settings: async () => ({ retries: 1, ...settings }) }) });

it.each([
  ["whom nobody asks", modeNamed("plain"), {}],
  ["that clients ask", modeNamed("headless"), { dnsTtlMs: 15_000 }],
  ["that a proxy asks", behindEdge({ dnsAskedBy: "proxy" }), { dnsTtlMs: 15_000, dnsRefreshMs: 700 }],
  ["that a proxy does not ask", behindEdge({}), {}],
])("with a DNS %s", async (_, mode, delays) => {
  const read = await delaysOf(mode);
  expect(read).toEqual({ terminationGraceMs: 40_000, ...delays });
  const always = ["endpointLagMs", "restartAfterMs", "terminationGraceMs"];
  expect(Object.keys(kubernetesTimings(read))).toEqual([...always, ...Object.keys(delays)]);
});

it("settings that the deployed proxy has are taken", async () => {
  const mode = behindEdge({ dnsAskedBy: "proxy" });
  await expect(delaysOf(mode, { proxyRetries: 1, proxyWorkers: 1 })).resolves.toMatchObject({ dnsRefreshMs: 700 });
  await expect(delaysOf(behindEdgeWith({ workers: 2 }), { proxyWorkers: 2 })).resolves.toBeDefined();
  await expect(delaysOf(behindEdgeWith({ variant: "bare" }), { proxyVariant: "bare" })).resolves.toBeDefined();
});

const RUN = "take it as it is: lab run plain <experiment> --stage kubernetes --context fake --namespace lab-x";

it.each<[string, Partial<ProxySettings>, Asked, string]>([
  [
    "retries",
    {},
    { proxyRetries: 3 },
    "has 1 retry, not 3: edit edge.conf and deploy it, or leave --proxy-retries out",
  ],
  [
    "variant",
    {},
    { proxyVariant: "bare" },
    "is as the mode has it, not bare: write it otherwise, or leave --variant out",
  ],
  [
    "own variant",
    { variant: "bare" },
    {},
    `is bare, not as the mode has it: write it otherwise, or ${RUN} --variant bare`,
  ],
  ["workers", {}, { proxyWorkers: 2 }, `has 1 worker, not 2: ${RUN} --proxy-workers 1`],
  ["one worker", { workers: 2 }, {}, `has 2 workers, not 1: ${RUN} --proxy-workers 2`],
])("%s that the deployed proxy does not have are refused with a remedy", async (_, settings, asked, says) => {
  const refused = delaysOf(behindEdgeWith(settings), asked);
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow(`the deployed proxy edge ${says}`);
});
