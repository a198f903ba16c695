import { brokenRun, cell, runExperiment, skippedRun, whySkipped } from "@grpc-lb-lab/experiments";
import { isInputError, ProgramUnavailableError } from "@grpc-lb-lab/input-error";
import type { RunResult } from "@grpc-lb-lab/measure";
import type { Stage } from "@grpc-lb-lab/stage-api";
import { say, sayDefect } from "../say.ts";
import type { PlannedRun } from "./plan.ts";

/** What all runs of a demo have in common. */
export interface DemoRunsOptions {
  readonly stage: Stage;
  /** Whether a run that cannot be made here is a skip (or a failure). */
  readonly skips: boolean;
  readonly signal: AbortSignal;
}

/** Makes the runs of a demo and keeps what is measured, whatever becomes of the others. */
export class DemoRuns {
  readonly #options: DemoRunsOptions;
  readonly #results = new Map<PlannedRun, RunResult>();
  /** What kept runs from being made, as bad input: each message once. */
  readonly #inputErrors = new Set<string>();
  /** What went wrong otherwise. */
  readonly #defects: { readonly run: PlannedRun; readonly error: unknown }[] = [];

  constructor(options: DemoRunsOptions) {
    this.#options = options;
  }

  /** Makes one run; rejects only when the demo is interrupted. */
  readonly make = async (run: PlannedRun, onProgress: (what: string) => void): Promise<RunResult> => {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const result = await this.#measured(run, onProgress).catch((error: Error) => {
      signal.throwIfAborted();
      return this.#withoutMeasurement(run, error);
    });
    this.#results.set(run, result);
    return result;
  };

  async #measured(run: PlannedRun, onProgress: (what: string) => void): Promise<RunResult> {
    const { stage, skips, signal } = this.#options;
    const { mode, experiment, settled } = run;
    const here = cell(mode, experiment, stage);
    if (!here.runs) return (skips ? skippedRun : brokenRun)(mode.name, experiment, stage.name, whySkipped(here));
    if (settled instanceof Error) throw settled;
    const onDefect = (error: unknown) => this.#defects.push({ run, error });
    return runExperiment({ stage, mode, experiment, settled, signal, onProgress, onDefect });
  }

  /** What has been measured so far. */
  get made(): readonly RunResult[] {
    return [...this.#results.values()];
  }

  /** Whether anything was measured. */
  get isEmpty(): boolean {
    return this.#results.size === 0;
  }

  /** The results in the order of `listed`; a run that an interrupt kept from being made is one that failed, for that reason. */
  results(listed: readonly PlannedRun[]): RunResult[] {
    const unfinished = ({ mode, experiment }: PlannedRun) =>
      brokenRun(mode.name, experiment, this.#options.stage.name, "interrupted before it was done");
    return listed.map((run) => this.#results.get(run) ?? unfinished(run));
  }

  /** Says what kept runs from being made or judged: bad input in a line, other failures with their trace. Gives the exit code. */
  exitCode(listed: readonly PlannedRun[]): number {
    for (const { run, error } of this.#defects) sayDefect(`${run.mode.name} ${run.experiment.name}`, error);
    for (const message of this.#inputErrors) say(message);
    if (this.#inputErrors.size > 0) return 2;
    return this.results(listed).every(({ status }) => status !== "failed") ? 0 : 1;
  }

  #withoutMeasurement(run: PlannedRun, error: Error): RunResult {
    const { mode, experiment } = run;
    const { stage, skips } = this.#options;
    if (error instanceof ProgramUnavailableError) {
      return (skips ? skippedRun : brokenRun)(mode.name, experiment, stage.name, error.message);
    }
    if (isInputError(error)) this.#inputErrors.add(error.message);
    else this.#defects.push({ run, error });
    return brokenRun(mode.name, experiment, stage.name, error.message);
  }
}
