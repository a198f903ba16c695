import type { Result, RunResult } from "@grpc-lb-lab/measure";
import type { Mode } from "@grpc-lb-lab/stage-api";

/** A mode's row in a result: who balances, and its runs in one sentence. */
export type ModeSummary = Result["modes"][number];

/**
 * Sums up the runs of each mode, in the order in which the modes first occur.
 * @param modes - those that the runs are of; one that is not among them is told by its name alone.
 * @param baseline - the mode beside whose latency that of the others is shown.
 */
export function modeSummaries(runs: readonly RunResult[], modes: readonly Mode[], baseline: Mode): ModeSummary[] {
  return [...Map.groupBy(runs, ({ mode }) => mode)].map(([mode, ofMode]) => {
    const { balancer = "", source = "" } = modes.find(({ name }) => name === mode) ?? {};
    return { mode, balancer, source, summary: sentence(ofMode), isBaseline: mode === baseline.name };
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
