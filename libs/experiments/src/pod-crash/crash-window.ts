import type { ModeName } from "@grpc-lb-lab/stage";
import { type Discovery, envoyWindowMs, pushWindowMs } from "../discovery-window.ts";
import { timingMs } from "../observation.ts";

/** A client may start calls on a dead connection until its kernel has told it. */
const NOTICE_MS = 250;

/** How long after a crash a call may still start that fails, when nobody retries. */
export function crashWindowMs(discovery: Discovery): number {
  return CRASH_WINDOWS[discovery.mode](discovery);
}

const CRASH_WINDOWS: Readonly<Record<ModeName, (discovery: Discovery) => number>> = {
  plain: reconnectedMs,
  headless: () => NOTICE_MS,
  watch: () => NOTICE_MS,
  envoy: (discovery) => withdrawnMs(discovery) + envoyWindowMs(discovery),
  sidecar: withdrawnMs,
  proxyless: () => NOTICE_MS,
};

/** How long after a crash the other pods answer every call under every mode: how long `pod-crash` looks at least. */
export function settledMs(discovery: Discovery): number {
  return Math.max(crashWindowMs(discovery), reconnectedMs(discovery));
}

/** Until everyone that is told of endpoints knows that the dead one is gone. */
function withdrawnMs(discovery: Discovery): number {
  return timingMs(discovery, "endpointLagMs") + pushWindowMs(discovery);
}

/** A client that met the dead endpoint waits before it connects again, up to the back-off that began just before the withdrawal. */
function reconnectedMs(discovery: Discovery): number {
  return withdrawnMs(discovery) + longestBackoffMs(withdrawnMs(discovery));
}

/** Source: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md: 1 s, each 1.6 times the one before, ± 20 %, 2 min at most. */
const FIRST_BACKOFF_MS = 1_000;
const BACKOFF_GROWTH = 1.6;
const LONGEST_BACKOFF_MS = 120_000;
const JITTER = 0.2;

/** The longest back-off that can have begun within `afterMs` of the first failed attempt to connect. */
function longestBackoffMs(afterMs: number): number {
  let backoffMs = FIRST_BACKOFF_MS;
  let nextAtMs = (1 - JITTER) * backoffMs;
  while (nextAtMs <= afterMs && backoffMs < LONGEST_BACKOFF_MS) {
    backoffMs = Math.min(LONGEST_BACKOFF_MS, BACKOFF_GROWTH * backoffMs);
    nextAtMs += (1 - JITTER) * backoffMs;
  }
  return (1 + JITTER) * backoffMs;
}
