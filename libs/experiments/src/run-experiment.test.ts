import { describe, expect, it } from "vitest";
import type { Course, Experiment } from "./experiment.ts";
import type { KnobOverrides } from "./knobs/knobs.ts";
import { settleRun } from "./knobs/settle-run.ts";
import { type RunRequest, runExperiment } from "./run-experiment.ts";
import { share } from "./share/share.ts";
import { streams } from "./streams/streams.ts";
import { FakeStage, type Hold } from "./testing/fake-stage.ts";
import { renamed } from "./testing/renamed-modes.ts";

/** What a fake stage notes of a start. */
const START = `start ${renamed("watch").name}`;

function experiment(course: (course: Course) => Promise<void>): Experiment {
  return { ...share, name: "made up", expectations: () => [], summary: () => "Done.", course };
}

const scaling = experiment(async (course) => {
  await course.phase("scaling", async () => {
    course.note("scale", { detail: "4 to 3 pods" });
    await course.deployment.scale(3);
    await course.deployment.restart();
  });
});

type Asked = Partial<Omit<RunRequest, "settled">> & { readonly knobs?: KnobOverrides };

function run(stage: FakeStage, { knobs = {}, ...request }: Asked = {}) {
  const { mode = renamed("watch"), experiment: made = scaling } = request;
  const settled = settleRun({ mode, experiment: made, stage, asked: knobs, modes: [mode] });
  const { signal } = new AbortController();
  const onDefect = (error: unknown) => {
    throw error;
  };
  return runExperiment({ stage, mode, experiment: made, settled, signal, onDefect, ...request });
}

describe("an experiment", () => {
  it("starts the mode, runs its course under load, and ends load and mode in order", async () => {
    const stage = new FakeStage();
    await run(stage);
    expect(stage.log).toEqual([
      START,
      "load",
      "scale 3",
      "restart, 0 ms a pod",
      "stop",
      "load disposed",
      "deployment disposed",
    ]);
  });

  it("hands pods, environment, timings and proxies' retries to the stage", async () => {
    const stage = new FakeStage();
    await run(stage, {
      mode: renamed("envoy"),
      knobs: { pods: 6, proxyRetries: 0, workMs: 20, timings: { dnsTtlMs: 500 } },
    });
    expect(stage.options).toMatchObject({
      pods: 6,
      proxyRetries: 0,
      timings: { dnsTtlMs: 500 },
      env: { WORK_MS: "20" },
    });
  });

  it("hands the stage nothing that has no effect under the mode, and reports no such knob", async () => {
    const stage = new FakeStage();
    const knobs = { policy: "pick_first", retry: "3", dnsMinIntervalMs: 500, timings: { dnsTtlMs: 500 } };
    const result = await run(stage, { mode: renamed("proxyless"), knobs });
    expect(stage.options?.timings).toEqual({});
    expect(Object.keys(stage.options?.env ?? {}).filter((name) => name.startsWith("BACKEND_"))).toEqual([
      "BACKEND_DEADLINE_MS",
    ]);
    const reported = result.knobs.map(({ name }) => name);
    for (const name of ["policy", "retry", "dnsMinIntervalMs"]) expect(reported).not.toContain(name);
  });

  it("remembers first pods that went and new ones that came, with steps and phases", async () => {
    const result = await run(new FakeStage());
    expect(result.pods.map(({ pod, calls }) => [pod, calls])).toEqual([
      ["backend-1", 0],
      ["backend-2", 0],
      ["backend-3", 0],
      ["backend-4", 0],
      ["backend-5", 40],
      ["backend-6", 40],
      ["backend-7", 40],
    ]);
    expect(result.events.filter(({ kind }) => kind === "scale")).toEqual([
      { atMs: expect.any(Number), kind: "scale", detail: "4 to 3 pods" },
    ]);
    expect(result.phases).toMatchObject([{ name: "scaling", failed: 0 }]);
    expect(result.simulated).toEqual(["everything: nothing runs"]);
  });

  it("tells how far it is", async () => {
    const said: string[] = [];
    await run(new FakeStage(), { onProgress: (what) => said.push(what) });
    expect(said).toEqual(["starting", "warming up", "measuring", "scale 4 to 3 pods"]);
  });
});

it("has calls carry the header by which pods count them in experiments alone that ask for it", async () => {
  const kindsOf = async (load: Experiment["load"]) => {
    const stage = new FakeStage();
    await run(stage, { experiment: { ...scaling, load } });
    return stage.deployment?.load?.spec.kinds;
  };
  expect(await kindsOf(scaling.load)).toBeUndefined();
  expect(await kindsOf({ kind: "unary", ratePerSecond: 10, isCounted: true })).toEqual([
    { metadata: { "x-lab-counted": "0" } },
  ]);
});

describe("an experiment that opens streams", () => {
  it("asks the load for them, and shows what became of them", async () => {
    const stage = new FakeStage();
    const opening = { ...scaling, load: streams.load };
    const result = await run(stage, { experiment: opening });
    expect(stage.deployment?.load?.spec.kinds?.[0]).toEqual({ method: "SayHelloStream", messages: { everyMs: 200 } });
    expect(result.ofStreams).toMatchObject({ messages: 120, lost: 0 });
  });

  it("is refused where the pods are to run an application without streams, and skipped where they do already", async () => {
    const mode = renamed("watch");
    const settled = settleRun({ mode, experiment: streams, stage: new FakeStage(), asked: {}, modes: [mode] });
    const asked = { ...settled, start: { ...settled.start, app: "echo" as const } };
    const request = { stage: new FakeStage(), mode, experiment: streams, signal: new AbortController().signal };
    const onDefect = () => {};
    await expect(runExperiment({ ...request, settled: asked, onDefect })).rejects.toThrow(
      "streams calls SayHelloStream, which the application echo does not have",
    );
    const deployed = new FakeStage();
    const start = deployed.start.bind(deployed);
    deployed.start = (of, options) => start(of, { ...options, app: "echo" });
    const result = await runExperiment({ ...request, stage: deployed, settled, onDefect });
    expect(result).toMatchObject({ status: "skipped", reason: expect.stringContaining("the application echo") });
  });
});

describe("the load of an experiment", () => {
  const spec = async (request: Asked) => {
    const stage = new FakeStage();
    await run(stage, request);
    return stage.deployment?.load?.spec;
  };

  it("counts its calls where there is no course, and waits for their end", async () => {
    const stage = new FakeStage();
    const result = await run(stage, { experiment: share });
    expect(stage.deployment?.load?.spec).toMatchObject({ rate: 200, calls: 400, clients: 1 });
    expect(result).toMatchObject({ status: "passed", calls: { total: 400, warmUp: 20 } });
  });

  it("goes on until the course has ended where there is one", async () => {
    const endless = await spec({ knobs: { calls: 10, durationMs: 10 } });
    expect(endless).not.toHaveProperty("calls");
    expect(endless).not.toHaveProperty("durationMs");
  });

  it("is counted once every pod has answered, under plain once one has", async () => {
    expect(await spec({ knobs: { pods: 6 } })).toMatchObject({ warmUp: { distinctPods: 6, calls: 30 } });
    expect(await spec({ mode: renamed("plain") })).toMatchObject({ warmUp: { distinctPods: 1 } });
  });

  it("is a closed loop when asked for, never both", async () => {
    const closed = await spec({ knobs: { inFlight: 8, clients: 3 } });
    expect(closed).toMatchObject({ inFlight: 8, clients: 3 });
    expect(closed).not.toHaveProperty("rate");
  });
});

describe("an experiment that cannot be carried out", () => {
  it("rejects when its load ends badly, aborts its course, and leaves nothing", async () => {
    const stage = new FakeStage();
    const courseEnded = Promise.withResolvers<unknown>();
    const waiting = experiment((course) => {
      queueMicrotask(() => stage.deployment?.load?.break("lab load ended with SIGKILL"));
      const pause = course.pause(600_000);
      pause.catch(courseEnded.resolve);
      return pause;
    });
    await expect(run(stage, { experiment: waiting })).rejects.toThrow("lab load ended with SIGKILL");
    expect(await courseEnded.promise).toMatchObject({ name: "AbortError" });
    expect(stage.log.slice(-2)).toEqual(["load disposed", "deployment disposed"]);
  });

  it("rejects when its course does", async () => {
    const stage = new FakeStage();
    const wrong = experiment(() => Promise.reject(new Error("there is no pod backend-9")));
    await expect(run(stage, { experiment: wrong })).rejects.toThrow("there is no pod backend-9");
    expect(stage.log).toEqual([START, "load", "load disposed", "deployment disposed"]);
  });

  it.each<[Hold, string[]]>([
    ["start", []],
    ["warm-up", ["deployment disposed"]],
    ["scale", ["load disposed", "deployment disposed"]],
    ["stop", ["load disposed", "deployment disposed"]],
  ])("ends what was started when it is aborted at %s", async (hold, ended) => {
    const stage = new FakeStage(hold);
    const controller = new AbortController();
    const result = run(stage, { signal: controller.signal });
    result.catch(() => {});
    await stage.held.promise;
    controller.abort(new Error("interrupted by SIGINT"));
    await expect(result).rejects.toThrow("interrupted by SIGINT");
    expect(stage.log.filter((entry) => entry.endsWith("disposed"))).toEqual(ended);
  });

  it("ends a course that waits when it is aborted", async () => {
    const stage = new FakeStage();
    const controller = new AbortController();
    const waiting = experiment((course) => {
      queueMicrotask(() => controller.abort());
      return course.pause(600_000);
    });
    await expect(run(stage, { experiment: waiting, signal: controller.signal })).rejects.toThrow("aborted");
    expect(stage.log.at(-1)).toBe("deployment disposed");
  });
});
