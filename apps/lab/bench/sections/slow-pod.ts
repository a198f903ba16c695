import { execFile } from "node:child_process";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median, pairedRatio, Result } from "@grpc-lb-lab/measure";
import * as v from "valibot";
import type { SlowPodSubject, SlowPods } from "../report.ts";
import type { SectionContext } from "./section.ts";
import { roundsApart, slowTurns } from "./slow-turns.ts";

const run = promisify(execFile);
const LAB = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const ROUNDS = 10;
const QUICK_ROUNDS = 2;

/** A way to pick the pod, as `lab run` is asked for it. */
interface Asked {
  readonly mode: string;
  readonly policy: string;
  readonly flags: readonly string[];
}

/** With two draws each, as Envoy and libs/lb-policies have it. */
const ENVOY: Asked = { mode: "envoy", policy: "LEAST_REQUEST", flags: ["--rules", "balance-least-request"] };
const CLIENTS: readonly Asked[] = ["headless", "watch"].flatMap((mode) =>
  ["least_request", "peak_ewma"].map((policy) => ({ mode, policy, flags: ["--policy", policy] })),
);

/**
 * `slow-pod` under clients that look at what is under way beside an Envoy that does: one run of each in each round, so that what else the machine does meets
 * all of them. About 13 minutes.
 */
export async function measureSlowPods({ quick, signal, progress }: SectionContext): Promise<SlowPods> {
  const runs = new Map<Asked, SlowTurns[]>([ENVOY, ...CLIENTS].map((asked) => [asked, []]));
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  for (let round = 1; round <= rounds; round += 1) {
    for (const [asked, turns] of round % 2 === 0 ? [...runs].reverse() : runs) {
      progress(`round ${round} of ${rounds}: ${asked.mode} ${asked.policy}`);
      turns.push(await slowPodRun(asked, signal));
    }
  }
  const envoy = runs.get(ENVOY) ?? [];
  return {
    rounds,
    envoy: { ...summed(envoy), p90Ms: median(envoy.map(({ p90Ms }) => p90Ms)) },
    clients: CLIENTS.map((asked) => beside(asked, runs.get(asked) ?? [], envoy)),
  };
}

type SlowTurns = ReturnType<typeof slowTurns>;

async function slowPodRun({ mode, flags }: Asked, signal: AbortSignal): Promise<SlowTurns> {
  await using out = await mkdtempDisposable(join(tmpdir(), "bench-slow-pod-"));
  const args = [LAB, "run", mode, "slow-pod", ...flags, "--json", "--out", out.path];
  const { stdout } = await run(process.execPath, args, { signal, maxBuffer: 64 * 1_048_576 }).catch(measured);
  const [made] = v.parse(Result, JSON.parse(stdout)).runs;
  if (made === undefined) throw new Error(`lab run ${mode} slow-pod made no run`);
  return slowTurns(made);
}

/** An expectation that was missed is no reason to lose what was measured. */
function measured(error: { readonly code?: unknown; readonly stdout?: string }): { readonly stdout: string } {
  if (error.code !== 1 || !error.stdout) throw error;
  return { stdout: error.stdout };
}

function beside({ mode, policy }: Asked, turns: readonly SlowTurns[], envoy: readonly SlowTurns[]): SlowPodSubject {
  const own = summed(turns);
  const deviations = roundsApart(turns, envoy);
  const p90 = pairedRatio(turns.map(({ p90Ms }, round) => ({ a: envoy[round]?.p90Ms ?? Number.NaN, b: p90Ms })));
  return {
    mode,
    policy,
    ...own,
    p90Ms: p90.medianB,
    deviations,
    // Peak EWMA remembers who was slow, so that it may only be better.
    share: {
      measured: deviations,
      bound: policy === "peak_ewma" ? "<= 5" : "-5 to 5",
      ok: deviations <= 5 && (policy === "peak_ewma" || deviations >= -5),
    },
    p90Ratio: {
      ratio: p90.ratio,
      interval: p90.interval,
      target: { measured: p90.interval[1], bound: "<= 1", ok: p90.interval[1] <= 1 },
    },
  };
}

function summed(turns: readonly SlowTurns[]) {
  const sum = (of: (one: SlowTurns) => number) => turns.reduce((total, one) => total + of(one), 0);
  return { ofSlowPod: sum(({ ofSlowPod }) => ofSlowPod), calls: sum(({ calls }) => calls) };
}
