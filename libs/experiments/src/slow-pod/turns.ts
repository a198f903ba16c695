import type { CallRecord } from "@grpc-lb-lab/measure";
import { callsOfPhase, type Observation } from "../observation.ts";

/** What the slow pod adds to each of its calls. */
export const DELAY_MS = 200;
/** How often the pod is well, and then slow: what else the machine does meets both alike. */
export const TURNS = 4;

/** The name of the stretch in which no pod is slow, the `turn`-th. */
export const healthyTurn = (turn: number) => `healthy ${turn}`;
/** The name of the stretch in which one is, the `turn`-th. */
export const slowTurn = (turn: number) => `slow ${turn}`;

/** Whether a stretch is one in which a pod is slow, by its name. */
export function isSlowTurn({ name }: { readonly name: string }): boolean {
  return name.startsWith("slow ");
}

/** Whether a stretch is one in which no pod is slow. */
export function isHealthyTurn({ name }: { readonly name: string }): boolean {
  return name.startsWith("healthy ");
}

/** What was seen of the pod's being slow, turn by turn. */
export interface Turns {
  /** The pod that was slow; undefined: none ever was. */
  readonly pod: string | undefined;
  /** The calls that were meant to start while it was. */
  readonly slow: readonly CallRecord[];
  /** The calls that were meant to start while it was not. */
  readonly healthy: readonly CallRecord[];
  /** How many turns it was slow in. */
  readonly count: number;
}

/** The turns of `observation`. */
export function turnsOf({ steps, phases, records }: Observation): Turns {
  const calls = (is: typeof isSlowTurn) => phases.filter(is).flatMap((phase) => callsOfPhase(records, phase));
  return {
    pod: steps.find(({ kind }) => kind === "slow")?.pod,
    slow: calls(isSlowTurn),
    healthy: calls(isHealthyTurn),
    count: phases.filter(isSlowTurn).length,
  };
}
