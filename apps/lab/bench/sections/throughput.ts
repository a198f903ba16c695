import { modeNamed } from "@grpc-lb-lab/modes";
import { runLabLoad } from "../processes/lab-load.ts";
import { ProcessMemory } from "../processes/process-memory.ts";
import { Program } from "../processes/program.ts";
import type { BareClientHandlers, BareLoad } from "../programs/bare-client.ts";
import type { Throughput } from "../report.ts";
import { spreadOf } from "../spread.ts";
import { directTarget } from "./direct-target.ts";
import type { SectionContext } from "./section.ts";

const IN_FLIGHT = 50;
const LEAST_RATIO = 0.9;
const MS_PER_SECOND = 1_000;
const FULL = { repeats: 9, warmUpCalls: 500, settleMs: 500, durationMs: 2_500 };
const QUICK = { repeats: 2, warmUpCalls: 100, settleMs: 200, durationMs: 1_000 };

/** `lab load` against a bare grpc-js client that makes the same calls to the same backend, in turn, each in a process of its own. */
export async function measureThroughput({ quick, stage, signal, progress }: SectionContext): Promise<Throughput> {
  const { repeats, ...times } = quick ? QUICK : FULL;
  await using memory = new ProcessMemory();
  await using deployment = await stage.start(modeNamed("plain"), { pods: 1, signal });
  const load = { target: directTarget(deployment), name: "bench", inFlight: IN_FLIGHT, deadlineMs: 5_000, ...times };
  const lab: number[] = [];
  const bare: number[] = [];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    progress(`${repeat} of ${repeats}`);
    lab.push(perSecond(await countLabCalls(load, signal), times));
    bare.push(perSecond(await countBareCalls(load, signal), times));
  }
  const labCallsPerSecond = spreadOf(lab);
  const bareCallsPerSecond = spreadOf(bare);
  // Of neighbours in time: what else the machine does changes slowly, and meets both.
  const pairs = lab.map((callsPerSecond, repeat) => callsPerSecond / (bare[repeat] ?? Number.NaN));
  const measured = spreadOf(pairs).median;
  return {
    inFlight: IN_FLIGHT,
    labCallsPerSecond,
    bareCallsPerSecond,
    ratio: { measured, bound: `>= ${LEAST_RATIO}`, ok: measured >= LEAST_RATIO },
    memory: await memory.peaks(),
  };
}

async function countLabCalls(load: BareLoad, signal: AbortSignal): Promise<number> {
  const { target, name, inFlight, deadlineMs, warmUpCalls, settleMs, durationMs } = load;
  const env = { BACKEND_TARGET: target, BACKEND_LB_POLICY: "pick_first", BACKEND_DEADLINE_MS: String(deadlineMs) };
  const calls = await runLabLoad(env, { inFlight, durationMs, name, warmUp: { calls: warmUpCalls } }, signal);
  const ends = calls.map(({ startMs, latencyMs }) => startMs + latencyMs);
  return ends.filter((endMs) => endMs >= settleMs && endMs < durationMs).length;
}

async function countBareCalls(load: BareLoad, signal: AbortSignal): Promise<number> {
  await using client = new Program<BareClientHandlers>("bare-client", { signal });
  return await client.ask("run", load);
}

function perSecond(calls: number, { settleMs, durationMs }: { settleMs: number; durationMs: number }): number {
  return (calls * MS_PER_SECOND) / (durationMs - settleMs);
}
