import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Deployment, type DeploymentEvent, InputError } from "@grpc-lb-lab/stage-api";
import { afterEach, describe, expect, it, vi } from "vitest";
import { inWords, NOTHING, plainStage, podCounts } from "./testing/plain-stage.ts";
import { firstLine, takePort } from "./testing/ports.ts";

/** For a machine whose cores are busy with something else. */
const PATIENT = { timeout: 60_000 };

const never = new AbortController().signal;
const names = (deployment: Deployment) => deployment.pods().map(({ name }) => name);
const is = (kind: DeploymentEvent["kind"], pod: string) => (event: DeploymentEvent) =>
  event.kind === kind && event.pod === pod;

describe("a local deployment", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("has its pods, tells of them, and answers at its target and at theirs", async () => {
    const { prefix, start } = plainStage();
    await using deployment = await start({ pods: 2 });
    expect(deployment.pods()).toMatchObject([
      { name: "backend-1", ip: `${prefix}.11`, zone: "lab-a", version: "v1", ready: true },
      { name: "backend-2", ip: `${prefix}.12`, zone: "lab-b", version: "v1", ready: true },
    ]);
    for (const { name, ip, grpcAddress, adminAddress } of deployment.pods()) {
      expect(grpcAddress.startsWith(`${ip}:`)).toBe(true);
      expect(await firstLine(grpcAddress)).toBe(name);
      expect((await fetch(`http://${adminAddress}/readyz`)).ok).toBe(true);
    }
    expect(names(deployment)).toContain(await firstLine(deployment.target));
    expect(inWords(deployment.events).slice(0, 2)).toEqual(["pod-added backend-1", "pod-added backend-2"]);
    expect(inWords(deployment.events).slice(2).sort()).toEqual(["pod-ready backend-1", "pod-ready backend-2"]);
    expect(deployment.timings.restartAfterMs).toMatchObject({ value: 100, default: 10_000 });
    expect(deployment.problems).toEqual([]);
  });

  it("grows by new pods and shrinks by its newest", async () => {
    await using deployment = await plainStage().start({ pods: 1 });
    await deployment.scale(3);
    expect(deployment.pods().map(({ ready }) => ready)).toEqual([true, true, true]);
    await deployment.scale(1);
    expect(names(deployment)).toEqual(["backend-1"]);
    const ofThird = inWords(deployment.events).filter((event) => event.endsWith("backend-3"));
    const life = ["pod-added", "pod-ready", "pod-terminating", "pod-gone"].map((kind) => `${kind} backend-3`);
    expect(ofThird).toEqual(life);
    await deployment.scale(0);
    await vi.waitFor(() => expect(firstLine(deployment.target)).rejects.toMatchObject({ code: "ECONNRESET" }), PATIENT);
  });

  it.each([-1, 1.5, Number.NaN, 55])("refuses to have %d pods", async (pods) => {
    await using deployment = await plainStage().start({ pods: 1 });
    await expect(deployment.scale(pods)).rejects.toThrow(`the local stage cannot run ${pods} pods; ask for 0 to 54`);
    expect(names(deployment)).toEqual(["backend-1"]);
  });

  it("is replaced pod by pod, never with fewer ready than wanted nor with more than one surplus", async () => {
    await using deployment = await plainStage().start({ pods: 3 });
    const before = deployment.events.length;
    await deployment.restart({ minReadyMs: 10 });
    expect(names(deployment)).toEqual(["backend-4", "backend-5", "backend-6"]);
    const counts = podCounts(deployment.events).slice(before);
    expect(Math.min(...counts.map(({ ready }) => ready))).toBe(3);
    expect(Math.max(...counts.map(({ staying }) => staying))).toBe(4);
    const went = inWords(deployment.events).filter((event) => event.startsWith("pod-terminating"));
    expect(went).toEqual([1, 2, 3].map((pod) => `pod-terminating backend-${pod}`));
  });

  it("is replaced at once when that is asked: all new pods are ready before an old one goes", async () => {
    await using deployment = await plainStage().start({ pods: 3 });
    const before = deployment.events.length;
    await deployment.restart({ atOnce: true });
    expect(names(deployment)).toEqual(["backend-4", "backend-5", "backend-6"]);
    const went = inWords(deployment.events.slice(before)).map((event) => event.split(" ")[0]);
    expect(went.lastIndexOf("pod-ready")).toBeLessThan(went.indexOf("pod-terminating"));
    const counts = podCounts(deployment.events).slice(before);
    expect(Math.min(...counts.map(({ ready }) => ready))).toBe(3);
    expect(Math.max(...counts.map(({ staying }) => staying))).toBe(6);
  });

  it("has a crashed pod back at its address, not before its time", async () => {
    await using deployment = await plainStage().start();
    const [before] = deployment.pods();
    await deployment.crash("backend-1");
    const crashed = await deployment.waitFor(is("pod-crashed", "backend-1"), never);
    expect(deployment.pods()[0]).toEqual({ ...before, ready: false });
    const again = await deployment.waitFor(
      (event) => is("pod-ready", "backend-1")(event) && event.atMs > crashed.atMs,
      never,
    );
    expect(again.atMs - crashed.atMs).toBeGreaterThanOrEqual(99); // Timers count whole milliseconds.
    expect(deployment.pods()[0]).toEqual(before);
    expect(await firstLine(`${before?.grpcAddress}`)).toBe("backend-1");
  });

  it("tells of a crashed pod that does not come back, goes on trying, and has it once it can start", async () => {
    await using folder = await temporaryFolder();
    const fake = join(folder.path, "fake");
    await using deployment = await plainStage().start({ env: { FAKE_FILE: fake } });
    await writeFile(fake, "ends");
    await deployment.crash("backend-2");
    await vi.waitFor(() => expect(deployment.problems).toHaveLength(1), { timeout: 60_000 });
    expect(deployment.problems[0]).toContain(
      "pod backend-2 crashed and does not come back: pod backend-2 did not start at",
    );
    expect(deployment.problems[0]).toContain("no luck today");
    await rm(fake);
    await vi.waitFor(() => expect(deployment.pods()[1]?.ready).toBe(true), { timeout: 60_000 });
  });

  it("lets a pod go that is waiting for its restart", async () => {
    await using deployment = await plainStage().start({ timings: { restartAfterMs: 60_000 } });
    await deployment.crash("backend-2");
    await expect(deployment.crash("backend-2")).rejects.toThrow("pod backend-2 does not run, so it cannot crash");
    await deployment.scale(1);
    expect(names(deployment)).toEqual(["backend-1"]);
  });

  it("lets a pod go that is just restarting, without waiting until it is ready", async () => {
    await using folder = await temporaryFolder();
    const fake = join(folder.path, "fake");
    const { start, processes } = plainStage();
    const timings = { restartAfterMs: 0, startDeadlineMs: 600_000 };
    await using deployment = await start({ timings, env: { FAKE_FILE: fake } });
    await writeFile(fake, "never-ready");
    await deployment.crash("backend-2");
    await vi.waitFor(() => expect(processes()).toHaveLength(2), { timeout: 60_000 });
    await deployment.scale(1);
    expect(processes()).toHaveLength(1);
    expect(inWords(deployment.events).at(-1)).toBe("pod-gone backend-2");
    expect(deployment.problems).toEqual([]);
  });

  it("names its pods to who asks for another", async () => {
    await using deployment = await plainStage().start();
    const refusal = "there is no pod backend-9; there are backend-1, backend-2";
    await expect(deployment.crash("backend-9")).rejects.toThrow(refusal);
    await expect(deployment.fault("backend-9", {})).rejects.toThrow(refusal);
  });

  it("hands faults to a pod, and says when the pod does not take them", async () => {
    const { start } = plainStage();
    await using deployment = await start({ env: { FAKE: "refuses-faults" }, timings: { restartAfterMs: 60_000 } });
    await expect(deployment.fault("backend-1", { latencyMs: 5 })).rejects.toThrow('refused the fault {"latencyMs":5}');
    await deployment.crash("backend-1");
    await expect(deployment.fault("backend-1", {})).rejects.toThrow(
      /backend-1 does not answer .* wait until it is ready/,
    );
  });

  it.each([{ packets: "dropped" }, { paused: true }] as const)(
    "refuses %j and names the stage that can",
    async (fault) => {
      const { stage, start } = plainStage();
      await using deployment = await start({ pods: 1 });
      await expect(deployment.fault("backend-1", fault)).rejects.toThrow("use --stage containers");
      expect(stage.abilities.faults).not.toContain(Object.keys(fault)[0]);
    },
  );

  it("runs a load with the client's environment", async () => {
    await using deployment = await plainStage().start();
    await using load = await deployment.runLoad({ rate: 1, name: "good" });
    await load.waitFor((records) => records.length > 0, never);
    expect(load.seenPods.get("backend-1")?.version).toBe(deployment.target); // The fake says what BACKEND_TARGET is.
    await expect(load.stop()).resolves.toMatchObject({ warmUpCalls: 2 });
  });

  it.each([
    ["dies", "lab load ended with 7: the channel is broken"],
    ["talks", "hello, I am no message"],
  ])("tells why a load that %s is none", async (name, reason) => {
    await using deployment = await plainStage().start();
    await expect(deployment.runLoad({ rate: 1, name })).rejects.toThrow(reason);
  });

  it("ends its load and who waits for it when it ends", async () => {
    const { start, remains } = plainStage();
    const deployment = await start();
    const load = await deployment.runLoad({ rate: 1, name: "good" });
    const ended = [
      expect(load.done).rejects.toThrow("lab load ended with SIGKILL"),
      expect(deployment.runLoad({ rate: 1, name: "silent" })).rejects.toThrow("the deployment has ended"),
      expect(deployment.waitFor(() => false, never)).rejects.toThrow("the deployment has ended"),
    ];
    await deployment[Symbol.asyncDispose]();
    await Promise.all(ended);
    expect(await remains()).toEqual(NOTHING);
  });

  it("picks pods in the same order in every deployment", async () => {
    const picks: string[][] = [];
    for (let round = 0; round < 2; round++) {
      await using deployment = await plainStage().start({ pods: 3 });
      const made: string[] = [];
      for (let call = 0; call < 8; call++) made.push(await firstLine(deployment.target));
      picks.push(made);
    }
    expect(new Set(picks[0]).size).toBeGreaterThan(1);
    expect(picks[0]).toEqual(picks[1]);
  });
});

describe("nothing is left of a local deployment", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it("that was aborted while it started", async () => {
    const { start, aborting, processes, remains } = plainStage();
    const starting = start({ pods: 3, env: { FAKE: "never-ready" } });
    const refused = expect(starting).rejects.toThrow("enough");
    await vi.waitFor(() => expect(processes()).toHaveLength(3), { timeout: 60_000 });
    aborting.abort(new Error("enough"));
    await refused;
    expect(await remains()).toEqual(NOTHING);
    await expect(start()).rejects.toThrow("enough");
  });

  it("with a pod that does not start", async () => {
    const { start, remains } = plainStage();
    await expect(start({ env: { FAKE: "ends" } })).rejects.toThrow(/^pod backend-\d did not start .*no luck today$/);
    expect(await remains()).toEqual(NOTHING);
  });

  it("with a pod that is not ready in time", async () => {
    const { start, remains } = plainStage();
    const late = start({ env: { FAKE: "never-ready" }, timings: { startDeadlineMs: 500 } });
    await expect(late).rejects.toThrow(/^pod backend-\d was not ready within 500 ms/);
    expect(await remains()).toEqual(NOTHING);
  });

  it.each([
    ["scaled", (deployment: Deployment) => deployment.scale(4)],
    ["shrunk", (deployment: Deployment) => deployment.scale(0)],
    ["replaced", (deployment: Deployment) => deployment.restart()],
  ])("that is disposed while it is %s", async (_, change) => {
    const { start, remains } = plainStage();
    const deployment = await start({ env: { FAKE: "stubborn" } });
    const before = deployment.events.length;
    const changing = change(deployment).catch((error: Error) => error.message);
    await vi.waitFor(() => expect(deployment.events.length).toBeGreaterThan(before), PATIENT);
    await deployment[Symbol.asyncDispose]();
    expect([undefined, "the deployment has ended"]).toContain(await changing);
    expect(await remains()).toEqual(NOTHING);
  });

  it("that is disposed while a crashed pod restarts", async () => {
    const { start, processes, remains } = plainStage();
    const deployment = await start({ timings: { restartAfterMs: 0 } });
    await deployment.crash("backend-1");
    await vi.waitFor(() => expect(processes()).toHaveLength(2), { timeout: 60_000, interval: 1 });
    await deployment[Symbol.asyncDispose]();
    expect(await remains()).toEqual(NOTHING);
  });

  it("whose Service's port is taken, which is told with the address", async () => {
    const { prefix, start, remains } = plainStage();
    const holder = await takePort(`${prefix}.5`, 50_051);
    const failure = await start().catch((error: Error) => error);
    await holder[Symbol.asyncDispose]();
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toContain(`cannot listen on ${prefix}.5:50051: the port is taken; end the program`);
    expect(await remains()).toEqual(NOTHING);
  });

  it("whose pod's port is taken, which is told with the address", async () => {
    const { prefix, start, remains } = plainStage();
    const holder = await takePort(`${prefix}.12`, 50_051);
    const failure = await start().catch((error: Error) => error);
    await holder[Symbol.asyncDispose]();
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toContain(`pod backend-2 did not start at ${prefix}.12`);
    expect(String(failure)).toContain(`${prefix}.12:50051`);
    expect(await remains()).toEqual(NOTHING);
  });

  it("that is refused an added pod: the others go on", async () => {
    const { prefix, start } = plainStage();
    await using deployment = await start({ pods: 1 });
    const holder = await takePort(`${prefix}.12`, 50_051);
    await expect(deployment.scale(2)).rejects.toThrow(`${prefix}.12:50051`);
    await holder[Symbol.asyncDispose]();
    expect(names(deployment)).toEqual(["backend-1"]);
    await deployment.scale(2);
    expect(names(deployment)).toEqual(["backend-1", "backend-3"]);
  });

  it("when it is survived by the usual ports' being taken in its range", async () => {
    const { prefix, start } = plainStage();
    await using _grpc = await takePort(`${prefix}.1`, 50_051); // As a program does that listens at every address.
    await using deployment = await start({ pods: 1 });
    expect(deployment.target).not.toContain(":50051");
    expect(await firstLine(deployment.target)).toBe("backend-1");
  });
});

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), "lab-stage-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
