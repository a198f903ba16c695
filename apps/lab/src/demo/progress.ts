import { styleText } from "node:util";
import type { RunResult } from "@grpc-lb-lab/measure";
import type { ListrTask } from "listr2";
import { runTasks } from "../progress/run-tasks.ts";
import type { Pace } from "./pace.ts";
import type { Plan, PlannedRun } from "./plan.ts";

const ALONE: Pace = { atOnce: 1, why: "because latency is measured in them" };

type MakeRun = (run: PlannedRun, onProgress: (what: string) => void) => Promise<RunResult>;

/**
 * Makes the runs of a plan and shows on stderr how far they are.
 * @param isLive - in place, with all that a terminal can draw; otherwise a line a step, in plain ASCII where stderr is written so
 * @param pace - that of the runs side by side: asked once those have been made that are made alone
 */
export async function runWithProgress(
  { alone, sideBySide, listed }: Omit<Plan, "atOnce">,
  make: MakeRun,
  isLive: boolean,
  pace: () => Pace = () => ALONE,
): Promise<void> {
  const titles = titlesOf(listed);
  const groups: ListrTask[] = [
    group("Runs that need the machine alone", alone, () => ALONE, titles, make),
    group("Runs that can share the machine", sideBySide, pace, titles, make),
  ].flat();
  await runTasks(groups, isLive);
}

type Titles = ReadonlyMap<PlannedRun, string>;

/** Modes and experiments in columns. */
function titlesOf(runs: readonly PlannedRun[]): Titles {
  const [modeWidth, experimentWidth] = [
    Math.max(...runs.map(({ mode }) => mode.name.length)),
    Math.max(...runs.map(({ experiment }) => experiment.name.length)),
  ];
  return new Map(
    runs.map((run) => [run, `${run.mode.name.padEnd(modeWidth)} ${run.experiment.name.padEnd(experimentWidth)}`]),
  );
}

function group(
  title: string,
  runs: readonly PlannedRun[],
  pace: () => Pace,
  titles: Titles,
  make: MakeRun,
): ListrTask[] {
  if (runs.length === 0) return [];
  return [
    {
      title,
      task: (_, task) => {
        const { atOnce, why } = pace();
        task.title = `${atOnce === 1 ? "One" : atOnce} at a time, ${why}`;
        return task.newListr(
          runs.map((run) => runTask(run, titles.get(run) ?? "", make)),
          { concurrent: atOnce },
        );
      },
    },
  ];
}

function runTask(run: PlannedRun, title: string, make: MakeRun): ListrTask {
  return {
    title,
    task: async (_, task) => {
      const result = await make(run, (what) => {
        task.title = `${title} ${styleText("dim", what, { stream: process.stderr })}`;
      });
      if (result.status === "skipped") return task.skip(`${title} ${result.summary}`);
      if (result.status === "failed") throw new Error(`${title} ${differs(result)}`);
      task.title = `${title} ${result.summary}`;
    },
  };
}

function differs({ expectations, summary }: RunResult): string {
  const missed = expectations
    .filter(({ ok }) => !ok)
    .map(({ id, bound, measured }) => `${id}: ${measured}, bound ${bound}`);
  return missed.length === 0 ? summary : missed.join("; ");
}
