import { styleText } from "node:util";
import type { RunResult } from "@grpc-lb-lab/measure";
import { Listr, ListrLogger, type ListrTask, ProcessOutput } from "listr2";
import type { Plan, PlannedRun } from "./plan.ts";

type MakeRun = (run: PlannedRun, onProgress: (what: string) => void) => Promise<RunResult>;

/** Makes the runs of a plan and shows on stderr how far they are: live on a terminal, a line a step otherwise. */
export async function runWithProgress(plan: Plan, make: MakeRun, isTerminal: boolean): Promise<void> {
  const { alone, sideBySide, atOnce } = plan;
  const groups: ListrTask[] = [
    group("One at a time, for latency is read from them", alone, 1, make),
    group(`${atOnce} at a time, for they mostly wait`, sideBySide, atOnce, make),
  ].flat();
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  await new Listr(groups, {
    renderer: isTerminal ? "default" : "simple",
    rendererOptions: isTerminal ? { collapseSubtasks: false, logger } : { logger },
    exitOnError: false, // One run that differs ends no other.
    registerSignalListeners: false, // The lab ends its runs in order itself.
  }).run();
  process.stderr.write("\n");
}

function group(title: string, runs: readonly PlannedRun[], concurrent: number, make: MakeRun): ListrTask[] {
  if (runs.length === 0) return [];
  return [
    {
      title,
      task: (_, task) =>
        task.newListr(
          runs.map((run) => runTask(run, make)),
          { concurrent },
        ),
    },
  ];
}

function runTask(run: PlannedRun, make: MakeRun): ListrTask {
  const title = `${run.mode.padEnd(9)} ${run.experiment.name.padEnd(9)}`;
  return {
    title,
    task: async (_, task) => {
      const result = await make(run, (what) => {
        task.title = `${title} ${styleText("dim", what)}`;
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
