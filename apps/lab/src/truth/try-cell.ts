import {
  type Column,
  measuredCell,
  type Parameters,
  type Policy,
  type Recorded,
  recordedCell,
  runTrial,
  type TrialApp,
  type TriedCell,
} from "@grpc-lb-lab/policies";
import type { Stage } from "@grpc-lb-lab/stage-api";

/** A trial, and what it is compared with. */
export interface TrialOrder {
  readonly stage: Stage;
  readonly policy: Policy;
  readonly parameters: Parameters;
  readonly column: Column;
  /** What calls are to come to; undefined: pods as the stage has them. */
  readonly app?: TrialApp | undefined;
  readonly recorded: Recorded;
  readonly signal: AbortSignal;
  readonly onProgress?: (what: string) => void;
}

/**
 * Makes a trial, and looks up what is recorded of it.
 * @throws {InputError} when it cannot be made.
 */
export async function tryCell({ recorded, ...request }: TrialOrder): Promise<TriedCell> {
  const result = await runTrial(request);
  const { policy, parameters, column } = request;
  const cell = measuredCell(policy, parameters, column, result);
  const found = recordedCell(recorded, cell, parameters);
  return {
    is: "tried",
    ...cell,
    asWithoutRule: result.asWithoutRule,
    ...(result.app === undefined || result.app === "greeter" ? {} : { app: result.app, echoed: result.echoed }),
    simulated: result.simulated,
    problems: result.problems,
    recorded: found && { outcome: found.outcome, words: found.words },
  };
}
