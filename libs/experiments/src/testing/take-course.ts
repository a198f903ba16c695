import type { StageName } from "@grpc-lb-lab/stage-api";
import type { Experiment } from "../experiment.ts";
import type { KnobOverrides } from "../knobs/knobs.ts";
import { pathInForce, settleRun } from "../knobs/settle-run.ts";
import { FakeStage } from "./fake-stage.ts";
import { type ModeKey, renamed } from "./renamed-modes.ts";

/** Runs an experiment's course on a fake stage, where pauses take no time. Resolves with all that it did, pauses in whole ms included. */
export async function takeCourse(
  experiment: Experiment,
  key: ModeKey,
  asked: KnobOverrides = {},
  stageName: StageName = "local",
): Promise<string[]> {
  const stage = new FakeStage(undefined, stageName);
  const { signal } = new AbortController();
  const mode = renamed(key);
  const { knobs, start } = settleRun({ mode, experiment, stage, asked, modes: [mode] });
  await using deployment = await stage.start(mode, { ...start, signal });
  const { load: wanted } = experiment;
  await using load = await deployment.runLoad({
    rate: 1,
    ...(wanted.kind === "streams" ? { kinds: wanted.streams } : {}),
  });
  stage.log.length = 0;
  await experiment.course?.({
    knobs,
    path: pathInForce(mode, knobs, deployment.timings, stage.abilities),
    abilities: stage.abilities,
    deployment,
    load,
    signal,
    note: (kind, { pod, detail } = {}) => stage.log.push(["note", kind, pod ?? detail].filter(Boolean).join(" ")),
    pause: async (ms) => {
      stage.log.push(`pause ${Math.round(ms)}`);
    },
    keepUsage: () => stage.log.push("keep usage"),
    keepAutoscaling: ({ pods }) => stage.log.push(`keep ${pods} pods`),
    endAndCount: async () => {
      stage.log.push("end and count");
    },
    phase: async (name, steps) => {
      stage.log.push(`phase ${name}`);
      await steps();
    },
  });
  return [...stage.log];
}
