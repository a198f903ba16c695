import { ProgramUnavailableError } from "@grpc-lb-lab/input-error";
import { MODES, modeNamed } from "@grpc-lb-lab/modes";
import type { Deployment, Mode } from "@grpc-lb-lab/stage-api";
import { runLabLoad } from "../processes/lab-load.ts";
import { ProcessMemory } from "../processes/process-memory.ts";
import type { ModeCost, ModeCosts, SkippedMode } from "../report.ts";
import { spreadOf } from "../spread.ts";
import { directTarget } from "./direct-target.ts";
import type { SectionContext } from "./section.ts";

const FULL = { modes: MODES, repeats: 3, warmUpCalls: 300, durationMs: 800 };
/** One mode with a proxy in the bench itself, one with xDS; none that needs an Envoy. */
const QUICK = {
  modes: [modeNamed("plain"), modeNamed("proxyless")],
  repeats: 1,
  warmUpCalls: 50,
  durationMs: 300,
} as const;

/**
 * The median latency of calls made one after the other, under each mode with one pod, and over a direct connection to a pod of the
 * same kind, in turn. One pod, for it is the way of a call that is compared.
 */
export async function measureModeCosts(context: SectionContext): Promise<ModeCosts> {
  const { modes } = context.quick ? QUICK : FULL;
  await using direct = await context.stage.start(modeNamed("plain"), { pods: 1, signal: context.signal });
  const directEnv = { BACKEND_TARGET: directTarget(direct), BACKEND_LB_POLICY: "pick_first" };
  const costs: (ModeCost | SkippedMode)[] = [];
  for (const mode of modes) costs.push(await costOrReason(mode, directEnv, context));
  return { modes: costs };
}

type ClientEnv = Deployment["clientEnv"];

async function costOrReason(mode: Mode, directEnv: ClientEnv, context: SectionContext) {
  try {
    return await measureMode(mode, directEnv, context);
  } catch (error) {
    if (error instanceof ProgramUnavailableError) return { mode: mode.name, skipped: error.message };
    throw error;
  }
}

async function measureMode(mode: Mode, directEnv: ClientEnv, context: SectionContext): Promise<ModeCost> {
  const { quick, stage, signal, progress } = context;
  const { repeats } = quick ? QUICK : FULL;
  await using memory = new ProcessMemory();
  await using deployment = await stage.start(mode, { pods: 1, signal });
  const directMs: number[] = [];
  const latencyMs: number[] = [];
  let calls = 0;
  for (let repeat = 1; repeat <= repeats; repeat++) {
    progress(`${mode.name}, ${repeat} of ${repeats}`);
    directMs.push(spreadOf(await latencies(directEnv, context)).median);
    const underMode = spreadOf(await latencies(deployment.clientEnv, context));
    latencyMs.push(underMode.median);
    calls += underMode.repeats;
  }
  return {
    mode: mode.name,
    calls,
    latencyMs: spreadOf(latencyMs),
    directMs: spreadOf(directMs),
    addedMs: spreadOf(latencyMs.map((ms, repeat) => ms - (directMs[repeat] ?? Number.NaN))),
    memory: await memory.peaks(),
  };
}

async function latencies(clientEnv: ClientEnv, { quick, signal }: SectionContext): Promise<number[]> {
  const { warmUpCalls, durationMs } = quick ? QUICK : FULL;
  const spec = { inFlight: 1, durationMs, warmUp: { calls: warmUpCalls } };
  return (await runLabLoad(clientEnv, spec, signal)).map(({ latencyMs }) => latencyMs);
}
