import { setTimeout as delay } from "node:timers/promises";
import { type CallRecord, callsPerPod, evenness, LatencyHistogram, monotonicMs } from "@grpc-lb-lab/measure";
import type { Deployment, LoadRun } from "@grpc-lb-lab/stage";
import { createLogUpdate } from "log-update";
import { shareLines } from "../greet/share-lines.ts";
import { terminalStyle } from "../terminal-style.ts";

const REFRESH_MS = 500;
const PIPED_REFRESH_MS = 5_000;
/** How far back the view looks. */
export const LIVE_WINDOW_MS = 10_000;

/** A deployment and the load that shows who answers. */
export interface WatchedDeployment {
  readonly deployment: Deployment;
  readonly load: LoadRun;
}

/** Draws who answered in the last 10 s until a load ends or `signal` aborts: in place on a terminal, every 5 s when piped. */
export async function showLive(watched: readonly WatchedDeployment[], signal: AbortSignal): Promise<void> {
  const isTerminal = process.stdout.isTTY === true;
  const update = createLogUpdate(process.stdout);
  const draw = (text: string) => (isTerminal ? update(text) : process.stdout.write(`${text}\n\n`));
  let loading = true;
  const loadEnds = Promise.race(watched.map(({ load }) => load.done)).finally(() => {
    loading = false;
  });
  while (loading && !signal.aborted) {
    draw(watched.map(view).join("\n\n"));
    const pause = delay(isTerminal ? REFRESH_MS : PIPED_REFRESH_MS, undefined, { signal }).catch(() => undefined);
    await Promise.race([pause, loadEnds]).catch((error) => {
      if (!signal.aborted) throw error; // Ctrl-C ends the load as well.
    });
  }
  if (isTerminal) update.done();
}

function view({ deployment, load }: WatchedDeployment): string {
  const recent = lastRecords(load.records, monotonicMs() - LIVE_WINDOW_MS);
  const pods = deployment.pods().filter(({ ready }) => ready);
  const calls = callsPerPod(
    recent,
    pods.map(({ name }) => name),
  );
  const failed = recent.filter(({ code }) => code !== 0).length;
  const { p50, p99 } = LatencyHistogram.of(recent).summary();
  return [
    `${deployment.mode}, last 10 s: ${recent.length} calls, ${failed} failed, evenness ${evenness([...calls.values()]).toFixed(3)}, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
    ...shareLines(calls, terminalStyle(process.stdout, process.env)),
    ...deployment.problems.map((problem) => `problem: ${problem}`),
  ].join("\n");
}

function lastRecords(records: readonly CallRecord[], sinceMs: number): CallRecord[] {
  const from = records.findLastIndex(({ startMs }) => startMs < sinceMs);
  return records.slice(from + 1);
}
