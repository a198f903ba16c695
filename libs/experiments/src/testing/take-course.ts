import type { ModeName, Stage } from "@grpc-lb-lab/stage";
import type { Experiment } from "../experiment.ts";
import { experimentKnobs, type KnobOverrides } from "../knobs.ts";
import { FakeStage } from "./fake-stage.ts";

/** Runs an experiment's course on a fake stage, where pauses take no time. Resolves with all that it did, pauses in whole ms included. */
export async function takeCourse(
  experiment: Experiment,
  mode: ModeName,
  overrides: KnobOverrides = {},
  stageName: Stage["name"] = "local",
): Promise<string[]> {
  const stage = new FakeStage(undefined, stageName);
  const { signal } = new AbortController();
  const knobs = experimentKnobs(mode, experiment, overrides, stage);
  await using deployment = await stage.start(mode, { pods: knobs.pods, timings: knobs.timings, signal });
  await using load = await deployment.runLoad({ rate: 1 });
  stage.log.length = 0;
  await experiment.course?.({
    mode,
    stage: stage.name,
    knobs,
    deployment,
    load,
    signal,
    note: (kind, { pod, detail } = {}) => stage.log.push(["note", kind, pod ?? detail].filter(Boolean).join(" ")),
    pause: async (ms) => {
      stage.log.push(`pause ${Math.round(ms)}`);
    },
    keepUsage: () => stage.log.push("keep usage"),
    phase: async (name, steps) => {
      stage.log.push(`phase ${name}`);
      await steps();
    },
  });
  return [...stage.log];
}
