import { brokenRun, type KnobOverrides, runExperiment, skippedRun } from "@grpc-lb-lab/experiments";
import type { RunResult } from "@grpc-lb-lab/measure";
import type { Stage } from "@grpc-lb-lab/stage";
import { isInputError } from "../input-errors.ts";
import type { PlannedRun } from "./plan.ts";

/** What all runs of a demo have in common. */
export interface DemoRunsOptions {
  readonly stage: Stage;
  readonly knobs: KnobOverrides;
  /** Whether a mode without its Envoy is a skip (or a failure). */
  readonly skips: boolean;
  readonly signal: AbortSignal;
}

/** Makes the runs of a demo and keeps what is measured, whatever becomes of the others. */
export class DemoRuns {
  readonly #options: DemoRunsOptions;
  readonly #results = new Map<PlannedRun, RunResult>();
  /** What kept runs from being made, as bad input: each message once. */
  readonly inputErrors = new Set<string>();

  constructor(options: DemoRunsOptions) {
    this.#options = options;
  }

  /** Makes one run; rejects only when the demo is interrupted. */
  async make(run: PlannedRun, onProgress: (what: string) => void): Promise<RunResult> {
    const { stage, knobs, signal } = this.#options;
    signal.throwIfAborted();
    try {
      const result = await runExperiment({
        stage,
        mode: run.mode,
        experiment: run.experiment,
        knobs,
        signal,
        onProgress,
      });
      this.#results.set(run, result);
      return result;
    } catch (error) {
      signal.throwIfAborted();
      const result = this.#withoutMeasurement(run, error as Error);
      this.#results.set(run, result);
      return result;
    }
  }

  /** Whether anything was measured. */
  get isEmpty(): boolean {
    return this.#results.size === 0;
  }

  /** The results in the order of `listed`; a run that an interrupt kept from being made is one that failed, for that reason. */
  results(listed: readonly PlannedRun[]): RunResult[] {
    const unfinished = ({ mode, experiment }: PlannedRun) =>
      brokenRun(mode, experiment.name, this.#options.stage.name, "interrupted before it was done");
    return listed.map((run) => this.#results.get(run) ?? unfinished(run));
  }

  #withoutMeasurement({ mode, experiment }: PlannedRun, error: Error): RunResult {
    const { stage, skips } = this.#options;
    if (error.name === "EnvoyUnavailableError") {
      return (skips ? skippedRun : brokenRun)(mode, experiment.name, stage.name, error.message);
    }
    if (isInputError(error)) this.inputErrors.add(error.message);
    return brokenRun(mode, experiment.name, stage.name, error.message);
  }
}
