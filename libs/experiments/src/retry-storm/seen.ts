import { beganMs, type CallRecord, endMs } from "@grpc-lb-lab/measure";
import { callsOfPhase, type Observation } from "../observation.ts";

/** The stretch in which half of them refuse. */
export const STORM = "storm";

/** What the run showed of the pods that refused. */
export interface SeenStorm {
  /** The pods that refused. */
  readonly refusing: readonly string[];
  /** Calls that had ended when the first of them was told to. */
  readonly before: readonly CallRecord[];
  /** Calls that began once all of them refused. */
  readonly during: readonly CallRecord[];
  /** How many attempts of those calls reached pods; null: nobody counted. Calls that began before are taken for one attempt each. */
  readonly attempts: number | null;
  /** The calls that began before, and may have been tried again all the same. */
  readonly crossing: number;
}

/** The storm of `observation`. */
export function seenStorm({ records, phases, steps, received }: Observation): SeenStorm {
  const refused = steps.filter(({ kind }) => kind === "refuse");
  const storm = phases.find(({ name }) => name === STORM);
  const [fromMs = Number.POSITIVE_INFINITY] = refused.map(({ atMs }) => atMs);
  const during =
    storm === undefined ? [] : callsOfPhase(records, storm).filter((call) => beganMs(call) >= storm.fromMs);
  const before = records.filter((call) => endMs(call) < fromMs);
  const others = records.length - during.length;
  return {
    refusing: refused.flatMap(({ pod }) => pod ?? []),
    before,
    during,
    attempts: received === undefined ? null : [...received.values()].reduce((sum, calls) => sum + calls, 0) - others,
    crossing: others - before.length,
  };
}
