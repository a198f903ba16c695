import { setTimeout as delay } from "node:timers/promises";
import {
  type CallRecord,
  callsPerPod,
  endMs,
  evenness,
  LatencyHistogram,
  monotonicMs,
  ScheduleRecord,
} from "@grpc-lb-lab/measure";
import { answeredOnlyMark, answeredOnlyNote, scheduleText } from "@grpc-lb-lab/report";
import type { Deployment, LoadRun } from "@grpc-lb-lab/stage-api";
import { createLogUpdate } from "log-update";
import { shareLines } from "../greet/share-lines.ts";
import { print, printable } from "../print.ts";
import { terminalStyle } from "../terminal-style.ts";

const REFRESH_MS = 500;
const PIPED_REFRESH_MS = 5_000;
/** How far back the view looks. */
export const LIVE_WINDOW_MS = 10_000;

/** A deployment and the load that shows who answers. */
export interface WatchedDeployment {
  readonly deployment: Deployment;
  readonly load: LoadRun;
  /** Calls per second of an open loop; undefined for a closed one. */
  readonly rate: number | undefined;
}

/** Draws who answered in the last 10 s until a load ends or `signal` aborts: in place on a terminal, every 5 s when piped. */
export async function showLive(watched: readonly WatchedDeployment[], signal: AbortSignal): Promise<void> {
  const isTerminal = process.stdout.isTTY === true;
  const update = createLogUpdate(process.stdout);
  const draw = (text: string) => (isTerminal ? update(printable(text, process.stdout)) : print(`${text}\n\n`));
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

function view({ deployment, load, rate }: WatchedDeployment): string {
  const recent = endedSince(load.records, monotonicMs() - LIVE_WINDOW_MS);
  const pods = deployment.pods().filter(({ ready }) => ready);
  const calls = callsPerPod(
    recent,
    pods.map(({ name }) => name),
  );
  const [figures, ...notes] = recentLines(recent, [...calls.values()], rate);
  return [
    `${deployment.mode}, last 10 s: ${figures}`,
    ...notes,
    ...shareLines(calls, terminalStyle(process.stdout, process.env)),
    ...deployment.problems.map((problem) => `problem: ${problem}`),
  ].join("\n");
}

/** The figures of `recent` calls in one line, then what is to be said of them: that failed calls are in no percentile, that the client is the limit. */
export function recentLines(recent: readonly CallRecord[], callsOfPods: readonly number[], rate?: number): string[] {
  const { p50, p99, calls: ok = 0 } = LatencyHistogram.of(recent).summary();
  const counts = { ok, total: recent.length };
  const mark = answeredOnlyMark(counts);
  const latency = ok === 0 ? [] : [`p50 ${p50.toFixed(2)} ms${mark}`, `p99 ${p99.toFixed(2)} ms${mark}`];
  const figures = [
    `${counts.total} calls`,
    `${counts.total - ok} failed`,
    `evenness ${evenness(callsOfPods).toFixed(3)}`,
    ...latency,
  ];
  const notes = [answeredOnlyNote(counts), clientLimit(recent, rate)];
  return [figures.join(", "), ...notes.filter((note) => note !== undefined)];
}

/** That calls of an open loop were started late, if so. */
function clientLimit(recent: readonly CallRecord[], rate: number | undefined): string | undefined {
  if (rate === undefined) return undefined;
  const firstMs = recent.reduce((first, { startMs }) => Math.min(first, startMs), Number.POSITIVE_INFINITY);
  const schedule = ScheduleRecord.summaryOf(recent, rate, firstMs);
  return schedule?.clientWasLimit === true
    ? `! the client is the limit, not the mode: it ${scheduleText(schedule)}`
    : undefined;
}

/** Calls that ended since then, of `records` in order of their ends: by their starts one call of long ago would hide all. */
export function endedSince(records: readonly CallRecord[], sinceMs: number): readonly CallRecord[] {
  return records.slice(records.findLastIndex((record) => endMs(record) < sinceMs) + 1);
}
