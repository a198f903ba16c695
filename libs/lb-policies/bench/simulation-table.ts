import { seededRandom } from "@grpc-lb-lab/measure";
import { LeastRequest } from "../src/least-request.ts";
import { LeastRequestConfig } from "../src/least-request-config.ts";
import { PeakEwma } from "../src/peak-ewma.ts";
import { type Figures, type NewChooser, simulate } from "./simulation.ts";

const SEED = 1;
const CALLS = 60_000;
const LOADS = [0.3, 0.6, 0.9];
const SLOWER_BY_MS = [0, 200];

/** The policies beside the one that grpc-js has. */
export const choosers: Readonly<Record<string, NewChooser>> = {
  round_robin: () => {
    let calls = 0;
    return {
      newLoad: () => ({ inFlight: 0 }),
      choose: ({ length }) => {
        calls += 1;
        return calls % length;
      },
      ended: () => undefined,
    };
  },
  "least_request, 2 choices": (random) => new LeastRequest(random),
  "least_request, 5 choices": (random) => {
    const chooser = new LeastRequest(random);
    chooser.configure(new LeastRequestConfig(5));
    return chooser;
  },
  peak_ewma: (random, now) => new PeakEwma(random, now) as ReturnType<NewChooser>,
};

/** One row of the table. */
export interface Row extends Figures {
  readonly slowerByMs: number;
  readonly load: number;
  readonly policy: string;
}

/** All rows, the same each time: every policy meets the same seed. */
export function simulateAll(calls = CALLS): Row[] {
  return SLOWER_BY_MS.flatMap((slowerByMs) =>
    LOADS.flatMap((load) =>
      Object.entries(choosers).map(([policy, chooser]) => {
        const figures = simulate(chooser, seededRandom(SEED), { calls, load, slowerByMs });
        return { slowerByMs, load, policy, ...figures };
      }),
    ),
  );
}

/** The rows as a table in Markdown. */
export function toTable(rows: readonly Row[]): string {
  const head =
    "| | load | policy | first pod's share | evenness of the others | p50 | p90 | p99 |\n|---|---|---|---|---|---|---|---|";
  const lines = rows.map(({ slowerByMs, load, policy, ...row }, index) => {
    const isNew = rows[index - 1]?.slowerByMs !== slowerByMs;
    const isNewLoad = isNew || rows[index - 1]?.load !== load;
    const what = slowerByMs === 0 ? "all pods alike" : `the first ${slowerByMs} ms slower`;
    const cells = [
      isNew ? what : "",
      isNewLoad ? `${Math.round(load * 100)} %` : "",
      policy,
      `${(row.firstShare * 100).toFixed(1)} %`,
      row.evenness.toFixed(3),
      ...[row.p50Ms, row.p90Ms, row.p99Ms].map((ms) => `${ms.toFixed(0)} ms`),
    ];
    return `|${cells.map((cell) => (cell === "" ? " |" : ` ${cell} |`)).join("")}`;
  });
  return [head, ...lines].join("\n");
}
