import type { RunResult } from "@grpc-lb-lab/measure";
import { MODES, type ModeName } from "@grpc-lb-lab/stage";

/** A mode's row in a result: who balances, and its runs in one sentence. */
export interface ModeSummary {
  readonly mode: string;
  /** Who picks the pod of a call. */
  readonly balancer: string;
  /** Where the balancer learns of pods from. */
  readonly source: string;
  /** One sentence of all its runs. */
  readonly summary: string;
}

/** Sums up the runs of each mode, in the order in which the modes first occur. */
export function modeSummaries(runs: readonly RunResult[]): ModeSummary[] {
  return [...Map.groupBy(runs, ({ mode }) => mode)].map(([mode, ofMode]) => {
    const { balancer, source } = MODES[mode as ModeName];
    return { mode, balancer, source, summary: sentence(ofMode) };
  });
}

/** One sentence of what the runs say; what several say alike is said once. */
function sentence(runs: readonly RunResult[]): string {
  const clauses = [...new Set(runs.map(({ summary }) => summary.replace(/\.$/, "")))];
  return `${clauses.map((clause, index) => (index === 0 ? clause : lowerFirst(clause))).join("; ")}.`;
}

function lowerFirst(clause: string): string {
  return clause.slice(0, 1).toLowerCase() + clause.slice(1);
}
