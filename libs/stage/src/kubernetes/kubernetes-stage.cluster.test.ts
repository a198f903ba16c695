import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { BEFORE_ANNOTATION, deploymentsPath, KubeClient, type KubeDeployment } from "@grpc-lb-lab/cluster";
import { modeNamed } from "@grpc-lb-lab/modes";
import type { StartOptions } from "@grpc-lb-lab/stage-api";
import { beforeAll, describe, expect, it } from "vitest";
import { withoutRestart } from "./desired-template.ts";
import { KubernetesStage } from "./kubernetes-stage.ts";

// Needs a cluster with mode `plain` deployed; LAB_KUBE_CONTEXT names its context.
const context = process.env.LAB_KUBE_CONTEXT ?? "";
const never = new AbortController().signal;
const MINUTES = 60_000;

let client: KubeClient;
beforeAll(async () => {
  client = await KubeClient.connect(context);
});

const backend = () => client.get<KubeDeployment>(deploymentsPath("lab-plain", "backend"));
const start = (options: Partial<StartOptions> = {}) =>
  new KubernetesStage({ context }).start(modeNamed("plain"), { pods: 4, signal: never, ...options });

/** Runs `steps` and sees that the Deployment is then what it was before. */
async function leavesAsItWas(steps: () => Promise<unknown>): Promise<void> {
  const before = await backend();
  await steps();
  const after = await backend();
  expect(after.metadata.annotations).not.toHaveProperty(BEFORE_ANNOTATION);
  const same = { ...before.spec, template: withoutRestart(before.spec.template) };
  expect({ ...after.spec, template: withoutRestart(after.spec.template) }).toEqual(same);
  expect(after.status).toMatchObject({ replicas: before.spec.replicas, availableReplicas: before.spec.replicas });
}

describe("what it cannot work on is told in a line", () => {
  it.each([
    [{ context: "no-such-context" }, "plain", 'has no context "no-such-context" (it has '],
    [{ context, namespace: "no-such-namespace" }, "plain", "mode plain is not deployed"],
    [
      { context, namespace: "lab-plain" },
      "watch",
      "has mode plain (label grpc-lb-lab/mode), not watch; make deploy-watch",
    ],
  ] as const)("%j %s", async (options, mode, message) => {
    const started = new KubernetesStage(options).start(modeNamed(mode), { pods: 4, signal: never });
    await expect(started).rejects.toThrow(message);
  });

  it("timings of the cluster", async () => {
    await expect(start({ timings: { dnsTtlMs: 1 } })).rejects.toThrow("cannot set the timing dnsTtlMs");
  });
});

describe("a deployment that was taken over", { timeout: 5 * MINUTES }, () => {
  it("is used without a new pod when it runs already as asked", async () => {
    const before = await backend();
    await leavesAsItWas(async () => {
      await using deployment = await start({ env: { DRAIN_DELAY_MS: "1500", SHUTDOWN_GRACE_MS: "5000" } });
      expect((await backend()).spec).toEqual(before.spec);
      expect(deployment.pods()).toHaveLength(4);
      expect(deployment.events.filter(({ kind }) => kind === "pod-ready")).toHaveLength(4);
      await using load = await deployment.runLoad({ inFlight: 2, calls: 50 });
      await load.done;
      expect(load.records.map(({ code }) => code)).toEqual(Array.from({ length: 50 }, () => 0));
    });
  });

  it("takes settings, crashes, faults and restarts, and is then what it was", () =>
    leavesAsItWas(async () => {
      await using deployment = await start({ pods: 2, env: { MAX_CONNECTION_AGE_MS: "7000", WORK_MS: "50" } });
      await using load = await deployment.runLoad({ inFlight: 1, calls: 20 });
      await load.done;
      expect(load.records.every(({ code, latencyMs }) => code === 0 && latencyMs >= 50)).toBe(true);
      const [pod] = deployment.pods();
      const name = pod?.name ?? "";
      await deployment.fault(name, { errorCode: "INTERNAL", errorShare: 1 });
      await expect(deployment.fault(name, { paused: true })).rejects.toThrow("--stage containers");
      await expect(deployment.crash("backend-none")).rejects.toThrow("there is no pod backend-none");
      await deployment.crash(name);
      await deployment.waitFor(({ kind, pod: of }) => kind === "pod-crashed" && of === name, never);
      await deployment.restart({ minReadyMs: 1_500 });
      expect(deployment.pods().map((one) => one.name)).not.toContain(name);
      expect(deployment.events.filter(({ kind }) => kind === "pod-gone")).toHaveLength(2);
      const between = deployment.events.length;
      await deployment.restart({ atOnce: true });
      const kinds = deployment.events.slice(between).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === "pod-gone")).toHaveLength(2);
      expect(kinds.lastIndexOf("pod-added")).toBeLessThan(kinds.indexOf("pod-terminating"));
      expect(deployment.problems).toEqual([]);
    }));

  it("is what it was after an abort while its pods are being replaced", () =>
    leavesAsItWas(async () => {
      const aborting = new AbortController();
      const before = await backend();
      const started = start({ env: { VERSION: "v9" }, signal: aborting.signal });
      started.catch(() => {});
      await expect
        .poll(async () => isDeepStrictEqual((await backend()).spec, before.spec), { timeout: MINUTES })
        .toBe(false);
      aborting.abort(new Error("enough"));
      await expect(started).rejects.toThrow("enough");
    }));

  it("is what it was when the next lab ends, should one have been killed", () =>
    leavesAsItWas(async () => {
      const program = fileURLToPath(new URL("testing/take-over.ts", import.meta.url));
      const lab = spawn(process.execPath, [program, context], { stdio: ["ignore", "pipe", "inherit"] });
      await once(lab.stdout, "data");
      await expect(start()).rejects.toThrow(`another lab (process ${lab.pid}) is at work in namespace lab-plain`);
      lab.kill("SIGKILL");
      await once(lab, "close");
      await using deployment = await start();
      expect(deployment.pods().map(({ version }) => version)).toEqual(["v1", "v1", "v1", "v1"]);
    }));
});
