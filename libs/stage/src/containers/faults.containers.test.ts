import { inARow } from "@grpc-lb-lab/measure";
import type { Deployment, LoadRun } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { answering, never, startMode } from "./testing/under-test.ts";

const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;
const DEADLINE_MS = 500;
const KEEPALIVE_MS = 1_000;
/** A ping is sent each interval and waited for as long; then a machine may be busy. */
const FOUND_WITHIN_MS = 2 * KEEPALIVE_MS + 3_000;

describe.concurrent("in containers", () => {
  it.each([
    ["packets are dropped", { packets: "dropped" }] as const,
    ["processes are frozen", { paused: true }] as const,
  ])("a pod whose %s is found by keepalive", async (_, fault) => {
    const env = { BACKEND_KEEPALIVE_MS: String(KEEPALIVE_MS), BACKEND_DEADLINE_MS: String(DEADLINE_MS) };
    await using deployment = await startMode("headless", { env });
    await using load = await steadyLoad(deployment);
    await deployment.fault("backend-2", fault);
    const sinceMs = load.records.at(-1)?.startMs ?? 0;
    await answeredFrom(load, sinceMs + FOUND_WITHIN_MS + 1_000);
    expect(codesFrom(load, sinceMs)).toEqual(expect.arrayContaining([DEADLINE_EXCEEDED, UNAVAILABLE]));
    expect(codesFrom(load, sinceMs + FOUND_WITHIN_MS)).toEqual([0]);
    await load.stop();
    // Nobody was told: to the lab, as to a control plane, the pod is still ready.
    expect(deployment.pods()[1]?.ready).toBe(true);
  });

  it("without keepalive calls to a pod whose packets are dropped go on failing, with nothing but their deadline", async () => {
    await using deployment = await startMode("headless", { env: { BACKEND_DEADLINE_MS: String(DEADLINE_MS) } });
    await using load = await steadyLoad(deployment);
    await deployment.fault("backend-2", { packets: "dropped" });
    const sinceMs = load.records.at(-1)?.startMs ?? 0;
    await answeredFrom(load, sinceMs + FOUND_WITHIN_MS + 1_000);
    expect(codesFrom(load, sinceMs)).toEqual([0, DEADLINE_EXCEEDED]);
    expect(codesFrom(load, sinceMs + FOUND_WITHIN_MS)).toEqual([0, DEADLINE_EXCEEDED]);
  });

  it.each(["plain", "sidecar"] as const)("%s has a pod back whose packets are delivered again", async (mode) => {
    await using deployment = await startMode(mode, { pods: 1 });
    const [before] = deployment.pods();
    await deployment.fault("backend-1", { packets: "dropped" });
    await expect(fetch(`http://${before?.adminAddress}/readyz`)).rejects.toThrow();
    await expect(deployment.fault("backend-1", { latencyMs: 1 })).rejects.toThrow("backend-1 does not answer");
    await deployment.fault("backend-1", { packets: "delivered", latencyMs: 1 });
    const [again] = deployment.pods();
    expect(again?.ip).toBe(before?.ip);
    expect((await fetch(`http://${again?.adminAddress}/readyz`)).ok).toBe(true);
    await using load = await deployment.runLoad({ rate: 50, calls: 50, warmUp: { maxMs: 60_000 } });
    await expect(load.done).resolves.toMatchObject({ warmedUp: true });
  });

  it.each(["packets", "paused"] as const)("a pod with a fault in its %s can go", async (fault) => {
    await using deployment = await startMode("watch", { pods: 2, timings: { terminationGraceMs: 2_000 } });
    await deployment.fault("backend-2", fault === "paused" ? { paused: true } : { packets: "dropped" });
    await deployment.scale(1);
    expect(deployment.pods().map(({ name }) => name)).toEqual(["backend-1"]);
  });

  it.each(["plain", "watch", "sidecar", "proxyless"] as const)(
    "%s lives on with what it knows while its control plane is cut, and hears of a new pod afterwards",
    async (mode) => {
      await using deployment = await startMode(mode, { pods: 2 });
      await using load = await steadyLoad(deployment, mode === "plain" ? 1 : 2);
      const known = answering(load.records);
      const cut = await deployment.cutControlPlane();
      const sinceMs = load.records.at(-1)?.startMs ?? 0;
      const scaling = deployment.scale(3);
      // A new sidecar gets no configuration, as with an istiod that is gone: its pod does not become ready.
      if (mode === "sidecar") await deployment.waitFor(({ pod }) => pod === "backend-3", never);
      else await scaling;
      await answeredFrom(load, (deployment.events.at(-1)?.atMs ?? 0) + 2_000);
      expect(codesFrom(load, sinceMs)).toEqual([0]);
      expect(known.union(answering(load.records, sinceMs))).toEqual(known);
      await cut[Symbol.asyncDispose]();
      await scaling;
      // kube-proxy picks per connection: of 30 new ones none goes to a third pod once in 190,000 times.
      await using later = mode === "plain" ? await deployment.runLoad({ rate: 50, clients: 30 }) : undefined;
      await (later ?? load).waitFor((records) => answering(records).has("backend-3"), AbortSignal.timeout(90_000));
    },
  );

  it.each(["headless", "envoy"] as const)("%s has no control plane to cut", async (mode) => {
    await using deployment = await startMode(mode, { pods: 1 });
    expect(() => deployment.cutControlPlane()).toThrow(`mode ${mode} has no control plane to cut`);
  });
});

async function steadyLoad(deployment: Deployment, distinctPods = 3): Promise<LoadRun> {
  return deployment.runLoad({ rate: 50, warmUp: { distinctPods, maxMs: 30_000 } }).then(async (load) => {
    await load.waitFor(
      inARow(50, () => true),
      never,
    );
    return load;
  });
}

function answeredFrom(load: LoadRun, fromMs: number): Promise<void> {
  return load.waitFor((records) => (records.at(-1)?.startMs ?? 0) > fromMs, never);
}

/** Status codes of the calls that were to start from then on, each once. */
function codesFrom(load: LoadRun, fromMs: number): number[] {
  const codes = load.records.filter(({ startMs }) => startMs >= fromMs).map(({ code }) => code);
  return [...new Set(codes)].sort((a, b) => a - b);
}
