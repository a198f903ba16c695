import { MODES } from "@grpc-lb-lab/modes";
import { describe, expect, it } from "vitest";
import { answering, never, remains, startMode } from "./testing/under-test.ts";

const HERE = MODES.flatMap(({ name, launchers }) => (launchers.containers === undefined ? [] : [name]));

describe.concurrent("in containers", () => {
  it.each(HERE)("%s starts, answers, grows, shrinks, and leaves nothing", async (mode) => {
    const deployment = await startMode(mode, { pods: 2 });
    try {
      expect(deployment.pods().map(({ name, zone, ready }) => [name, zone, ready])).toEqual([
        ["backend-1", "lab-a", true],
        ["backend-2", "lab-b", true],
      ]);
      for (const { adminAddress } of deployment.pods()) {
        expect((await fetch(`http://${adminAddress}/readyz`)).ok).toBe(true);
      }
      await deployment.scale(3);
      // The engine's DNS is asked once here: whoever comes later is met by nobody before a connection ends.
      const met = mode === "plain" ? 1 : 3;
      await using load = await deployment.runLoad({
        rate: 50,
        calls: 100,
        warmUp: { distinctPods: met, maxMs: 30_000 },
      });
      await expect(load.done).resolves.toMatchObject({ warmedUp: true });
      expect(load.records.filter(({ code }) => code !== 0)).toEqual([]);
      expect(answering(load.records).size).toBe(met);
      await deployment.scale(1);
      expect(deployment.pods().map(({ name }) => name)).toEqual(["backend-1"]);
      expect(deployment.problems).toEqual([]);
    } finally {
      await deployment[Symbol.asyncDispose]();
    }
    expect(await remains(deployment.sessionName)).toEqual([]);
  });

  it.each(["watch", "sidecar"] as const)("%s has a crashed pod back at its address", async (mode) => {
    await using deployment = await startMode(mode, { pods: 2, timings: { restartAfterMs: 500 } });
    const [before] = deployment.pods();
    await deployment.crash("backend-1");
    const crashed = await deployment.waitFor(({ kind }) => kind === "pod-crashed", never);
    expect(deployment.pods()[0]?.ready).toBe(false);
    await deployment.waitFor(({ kind, atMs }) => kind === "pod-ready" && atMs > crashed.atMs, never);
    expect(deployment.pods()[0]).toMatchObject({ name: "backend-1", ip: before?.ip, ready: true });
    await using load = await deployment.runLoad({ rate: 50, calls: 50, warmUp: { distinctPods: 2, maxMs: 30_000 } });
    await expect(load.done).resolves.toMatchObject({ warmedUp: true });
    expect(deployment.problems).toEqual([]);
  });

  it("a rolling update replaces every pod", async () => {
    await using deployment = await startMode("watch", { pods: 2 });
    await deployment.restart();
    expect(deployment.pods().map(({ name }) => name)).toEqual(["backend-3", "backend-4"]);
  });

  it("a pod that does not start tells its last words, and the others go on", async () => {
    const failing = startMode("watch", { pods: 1, env: { LOG_LEVEL: "loud" } });
    await expect(failing).rejects.toThrow(/^pod backend-1 did not start \(exit code 2\): backend: .*LOG_LEVEL/);
  });
});
