import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { corePath, deploymentsPath, KubeClient, type KubeList, type KubeObject } from "@grpc-lb-lab/cluster";
import { modeNamed } from "@grpc-lb-lab/modes";
import type { Deployment, Rules, StartOptions } from "@grpc-lb-lab/stage-api";
import { beforeAll, expect, it } from "vitest";
import { objectsPath } from "./changed-object.ts";
import { KubernetesStage } from "./kubernetes-stage.ts";
import { RULE_KINDS } from "./rule-kinds.ts";
import { abortAll, istioObject } from "./testing/abort-all.ts";

// Needs a cluster with mode `proxyless` deployed; LAB_KUBE_CONTEXT names its context.
const context = process.env.LAB_KUBE_CONTEXT ?? "";
const NAMESPACE = "lab-proxyless";
const never = new AbortController().signal;
const [OK, UNAVAILABLE] = [0, 14];

let client: KubeClient;
beforeAll(async () => {
  client = await KubeClient.connect(context);
});

/** An object as somebody has asked for it. */
interface Asked extends KubeObject {
  readonly spec?: unknown;
}

/** What the namespace has of traffic rules, Services, and names of Deployments, without what the API server keeps for itself. */
async function objects(): Promise<object> {
  const paths = [...RULE_KINDS.map((kind) => objectsPath(NAMESPACE, kind)), corePath(NAMESPACE, "services")];
  const lists = await Promise.all(paths.map((path) => client.find<KubeList<Asked>>(path)));
  const all = lists.flatMap((list) => list?.items ?? []);
  const asked = all.map(({ metadata: { name, labels, annotations = {} }, spec }) => ({
    name,
    labels,
    annotations,
    spec,
  }));
  const deployments = await client.get<KubeList<KubeObject>>(deploymentsPath(NAMESPACE));
  return { asked, deployments: deployments.items.map(({ metadata }) => metadata.name) };
}

/** Runs `steps` and sees that all objects are then what they were before. */
async function leavesAsItWas(steps: () => Promise<unknown>): Promise<void> {
  const before = await objects();
  await steps();
  expect(await objects()).toEqual(before);
}

const start = (options: Partial<StartOptions> = {}) =>
  new KubernetesStage({ context }).start(modeNamed("proxyless"), { pods: 4, signal: never, ...options });

/** Of so many calls: the status codes, and the versions that answered. */
async function callsOf(deployment: Deployment, calls = 40) {
  await using load = await deployment.runLoad({ rate: 50, calls, warmUp: { calls: 1, maxMs: 5_000 } });
  await load.done;
  const codes = new Set(load.records.map(({ code }) => code));
  return { codes: [...codes], versions: new Set([...load.seenPods.values()].map(({ version }) => version)) };
}

it("applies rules, which calls feel and no pod, and takes them back", () =>
  leavesAsItWas(async () => {
    const deployment = await start({ rules: abortAll() });
    await using _ = deployment;
    expect((await callsOf(deployment)).codes).toEqual([UNAVAILABLE]);
    const received = await deployment.received();
    expect([...received.values()].map(({ calls }) => calls)).toEqual([0, 0, 0, 0]);
    expect(deployment.refusals).toEqual([]);
  }));

it("leaves nothing of rules of which one is refused", () =>
  leavesAsItWas(async () => {
    const http = [{ fault: { abort: { grpcStatus: "ABORTED", percentage: { value: 300 } } } }];
    const refused = { ...istioObject("VirtualService", { hosts: ["other"], http }), metadata: { name: "other" } };
    const rules: Rules = { dialect: "Istio", objects: [...abortAll().objects, refused] };
    await expect(start({ rules })).rejects.toMatchObject({ name: "RulesRefusedError", by: "istiod's webhook" });
  }));

it("tells who refuses what the API server has taken", () =>
  leavesAsItWas(async () => {
    const spec = { host: "backend", trafficPolicy: { loadBalancer: { simple: "LEAST_REQUEST" } } };
    await using deployment = await start({
      rules: { dialect: "Istio", objects: [istioObject("DestinationRule", spec)] },
    });
    await callsOf(deployment);
    await deployment.received();
    // Its words, if the log that has them was not rotated just then.
    const reason = expect.stringMatching(/^CDS: .*(LEAST_REQUEST|NACK)/);
    expect(deployment.refusals).toEqual([{ by: "the client (NACK)", reason }]);
  }));

it("has pods of two versions, which Istio and the Gateway API tell apart", () =>
  leavesAsItWas(async () => {
    const backendRefs = [{ name: "backend-v2", port: 50_051 }];
    const route = {
      ...istioObject("GRPCRoute", { rules: [{ backendRefs }] }),
      apiVersion: "gateway.networking.k8s.io/v1",
    };
    await using deployment = await start({ canaryPods: 1, rules: { dialect: "GRPCRoute", objects: [route] } });
    expect(
      deployment
        .pods()
        .map(({ version }) => version)
        .toSorted(),
    ).toEqual(["v1", "v1", "v1", "v2"]);
    expect(await callsOf(deployment)).toEqual({ codes: [OK], versions: new Set(["v2"]) });
    expect(deployment.refusals).toEqual([]);
  }));

it("takes back what a killed lab has left", () =>
  leavesAsItWas(async () => {
    const program = fileURLToPath(new URL("testing/take-over-with-rules.ts", import.meta.url));
    const lab = spawn(process.execPath, [program, context], { stdio: ["ignore", "pipe", "inherit"] });
    await once(lab.stdout, "data");
    lab.kill("SIGKILL");
    await once(lab, "close");
    await using deployment = await start();
    expect(await callsOf(deployment)).toEqual({ codes: [OK], versions: new Set(["v1"]) });
  }));
