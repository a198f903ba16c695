import { loadavg } from "node:os";
import { ENVOY } from "@grpc-lb-lab/envoy";
import { describeEnvironment } from "../src/environment.ts";
import { localStage } from "../src/local-stage.ts";
import { ProgramsOnce } from "../src/programs-once.ts";
import type { BenchOptions } from "./bench-command.ts";
import { BENCH_SCHEMA, type BenchReport, type SectionName, type Target } from "./report.ts";
import { measureEndpointChanges } from "./sections/endpoint-change.ts";
import { measureModeCosts } from "./sections/mode-cost.ts";
import { measurePushToAck } from "./sections/push-to-ack.ts";
import type { SectionContext } from "./sections/section.ts";
import { measureSlowPods } from "./sections/slow-pod.ts";
import { measureThroughput } from "./sections/throughput.ts";

const SECTIONS = {
  throughput: measureThroughput,
  "mode-cost": measureModeCosts,
  "endpoint-change": measureEndpointChanges,
  "push-to-ack": measurePushToAck,
  "slow-pod": measureSlowPods,
} as const satisfies Record<SectionName, (context: SectionContext) => Promise<unknown>>;

type Measured = Pick<BenchReport, SectionName>;

export interface RunOptions extends BenchOptions {
  /** Aborts on Ctrl-C; every process is ended before this rejects. */
  readonly signal: AbortSignal;
  /** Takes a line of progress. */
  readonly say: (line: string) => void;
}

/** Runs the sections one after the other, and reports what they measured. */
export async function runBench({ quick, only, signal, say }: RunOptions): Promise<BenchReport> {
  const startedAt = new Date();
  const [loadAverage = 0] = loadavg();
  const programs = new ProgramsOnce(process.env, say);
  const stage = localStage({ seed: 1, find: programs.find });
  let measured: Measured = {};
  for (const name of only) {
    const progress = (what: string) => say(`${name}: ${what}`);
    measured = { ...measured, [name]: await SECTIONS[name]({ quick, stage, signal, progress }) };
  }
  return {
    schema: BENCH_SCHEMA,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    quick,
    environment: describeEnvironment(programs.version(ENVOY.name)),
    loadAverage,
    ok: targetsOf(measured).every(({ ok }) => ok),
    ...measured,
  };
}

function targetsOf({ throughput, "endpoint-change": endpointChange, "slow-pod": slowPods }: Measured): Target[] {
  return [
    ...(throughput === undefined ? [] : [throughput.ratio]),
    ...(endpointChange?.changes ?? []).map(({ target }) => target),
    ...(slowPods?.clients ?? []).flatMap(({ share, p90Ratio }) => [share, p90Ratio.target]),
  ];
}
