import { promises as dns } from "node:dns";
import { modeNamed } from "@grpc-lb-lab/modes";
import type { Launcher } from "@grpc-lb-lab/stage-api";
import { afterEach, describe, expect, it, vi } from "vitest";
import { madeUpMode } from "../testing/made-up-mode.ts";
import { NOTHING, plainStage } from "./testing/plain-stage.ts";
import { firstLine } from "./testing/ports.ts";

afterEach(() => void vi.unstubAllEnvs());

describe("a mode that is made up here", () => {
  it("runs on the parts that its launcher composes, which end with it", async () => {
    const launcher: Launcher = async (cluster) => {
      const [target, { name, resolver }] = [await cluster.service(), await cluster.headlessDns()];
      return { target, clientEnv: { BACKEND_TARGET: target, NAME: name, DNS: `${resolver?.host}:${resolver?.port}` } };
    };
    const { stage, aborting, remains, prefix } = plainStage();
    const mode = madeUpMode({ local: async () => launcher });
    const deployment = await stage.start(mode, { pods: 2, env: { EXTRA: "1" }, signal: aborting.signal });
    expect(deployment.mode).toBe("made-up");
    expect(await firstLine(deployment.target)).toMatch(/^backend-[12]$/);
    const { NAME = "", DNS = "", EXTRA } = deployment.clientEnv;
    expect([NAME, EXTRA]).toEqual(["backend-headless.lab-made-up.svc.cluster.local", "1"]);
    const resolver = new dns.Resolver();
    resolver.setServers([DNS]);
    expect((await resolver.resolve4(NAME)).toSorted()).toEqual([`${prefix}.11`, `${prefix}.12`]);
    await deployment[Symbol.asyncDispose]();
    expect(await remains()).toEqual(NOTHING);
  });

  it("has names for the pods of each version where some are canaries", async () => {
    const launcher: Launcher = async (cluster) => {
      const { name, nameOf, resolver } = await cluster.headlessDns();
      const NAMES = [name, nameOf("v1"), nameOf("v2")].join();
      return { target: "none", clientEnv: { NAMES, DNS: `${resolver?.host}:${resolver?.port}` } };
    };
    const { stage, aborting, prefix } = plainStage();
    const mode = madeUpMode({ local: async () => launcher });
    await using deployment = await stage.start(mode, { pods: 3, canaryPods: 1, signal: aborting.signal });
    expect(deployment.pods().map(({ version }) => version)).toEqual(["v2", "v1", "v1"]);
    const { NAMES = "", DNS = "" } = deployment.clientEnv;
    const resolver = new dns.Resolver();
    resolver.setServers([DNS]);
    const addresses = await Promise.all(NAMES.split(",").map((name) => resolver.resolve4(name)));
    const pods = ["11", "12", "13"].map((end) => `${prefix}.${end}`);
    expect(addresses.map((found) => found.toSorted())).toEqual([pods, pods.slice(1), pods.slice(0, 1)]);
  });

  it("gives rules in gRPC's own dialect to clients and servers", async () => {
    const { stage, aborting } = plainStage();
    const mode = madeUpMode({ local: async () => async () => ({ target: "none", clientEnv: {} }) });
    const serviceConfig = { methodConfig: [{ name: [{}], timeout: "0.2s" }] };
    const rules = { dialect: "gRPC service config", serviceConfig } as const;
    await using deployment = await stage.start(mode, { pods: 1, rules, signal: aborting.signal });
    expect(deployment.clientEnv).toMatchObject({ BACKEND_SERVICE_CONFIG: JSON.stringify(serviceConfig) });
  });

  it("is told when the first pods are ready", async () => {
    const { stage, aborting } = plainStage();
    const seen: string[] = [];
    const launcher: Launcher = async (cluster) => {
      const target = await cluster.service();
      return { target, clientEnv: {}, podsReady: async () => void seen.push(await firstLine(target)) };
    };
    const mode = madeUpMode({ local: async () => launcher });
    await using _deployment = await stage.start(mode, { pods: 1, signal: aborting.signal });
    expect(seen).toEqual(["backend-1"]);
  });

  it("leaves nothing when its launcher fails after a part was started", async () => {
    const { stage, aborting, remains } = plainStage();
    const launcher: Launcher = async (cluster) => {
      await cluster.service();
      throw new Error("no luck");
    };
    const mode = madeUpMode({ local: async () => launcher });
    await expect(stage.start(mode, { pods: 1, signal: aborting.signal })).rejects.toThrow("no luck");
    expect(await remains()).toEqual(NOTHING);
  });

  it("has one control plane, whatever it takes from it", async () => {
    const { stage, aborting } = plainStage();
    const launcher: Launcher = async (cluster) => {
      const { clientBootstrap } = await cluster.controlPlane();
      const target = await cluster.sidecars();
      return { target, clientEnv: { GRPC_XDS_BOOTSTRAP_CONFIG: clientBootstrap } };
    };
    const mode = madeUpMode({ local: async () => launcher });
    await using deployment = await stage.start(mode, { pods: 1, signal: aborting.signal });
    expect(deployment.simulated).toHaveLength(5);
    expect(deployment.problems).toEqual([]);
  });
});

const COMMON = ["endpointLagMs", "restartAfterMs", "terminationGraceMs"];
const CLUSTER = "the cluster: pods are processes with a loopback address each";
const DNS = "CoreDNS: the lab's own DNS server, which caches the pods' addresses for dnsTtlMs";

it.each([
  ["plain", [], ["kube-proxy: a TCP forwarder in user space that picks a random ready pod for each connection"]],
  ["headless", ["dnsTtlMs"], [DNS]],
  ["watch", [], ["the API server: the lab's own server, which lists and watches EndpointSlices"]],
  ["envoy", ["dnsTtlMs", "dnsRefreshMs"], [DNS]],
  [
    "sidecar",
    [],
    [
      "istiod: the lab's own control plane, without mTLS",
      "iptables: the client's Envoy listens at the Service's address, each pod's Envoy at the pod's address",
    ],
  ],
  [
    "proxyless",
    [],
    [
      "istiod and its agents: the lab's own control plane, without mTLS",
      "xDS servers: the pods' servers are plain gRPC servers",
    ],
  ],
] as const)("%s shows its delays and what is simulated, and leaves nothing", async (mode, timings, simulated) => {
  const { stage, aborting, remains } = plainStage();
  const deployment = await stage.start(modeNamed(mode), { pods: 2, signal: aborting.signal });
  expect(Object.keys(deployment.timings)).toEqual([...COMMON, ...timings]);
  expect(deployment.simulated).toEqual([CLUSTER, ...simulated]);
  expect(deployment.clientEnv.BACKEND_TARGET).toBe(deployment.target);
  await deployment[Symbol.asyncDispose]();
  expect(deployment.problems).toEqual([]);
  expect(await remains()).toEqual(NOTHING);
});
