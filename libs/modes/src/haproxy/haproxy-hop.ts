import type { Hop, Notice, PathSettings, Retry } from "@grpc-lb-lab/stage-api";
import { polledDns } from "../path/learn.ts";
import { NO_RETRIES } from "../path/retries.ts";
import { CHECK } from "./limits.ts";
import { NO_REDISPATCH, VARIANTS } from "./variants.ts";

/** A busy machine's timers, beside what the checks take. */
const CHECK_MARGIN_MS = 1_000;

/**
 * The one HAProxy between. A call whose pod refuses its connection goes to the next in the rotation at once, never to the same
 * (https://github.com/haproxy/haproxy/blob/v2.8.0/src/lb_fwrr.c, srvtoavoid), so that its checks matter for pods that have fallen silent.
 */
export function haproxyHop(settings: PathSettings): Hop {
  return {
    name: "HAProxy",
    at: "between",
    unit: "call",
    // All threads share the state of the rotation.
    pick: { kind: "rotation", scope: "proxy", workers: settings.proxyWorkers },
    learn: polledDns(settings),
    notice: {
      crash: failedChecks(0, "the interval of health checks"),
      silence: failedChecks(CHECK.interMs, "the interval of health checks and their timeout"),
      badStatus: { by: "nothing" },
    },
    retry: haproxyRetry(settings),
    // Its limits are lifted: limits.ts.
    connection: { multiplexes: true },
    dialects: ["HAProxy"],
    meshEncrypts: false,
    adjustable: { variants: VARIANTS, workers: true },
  };
}

/**
 * A check begins one interval after the one before has ended, and has as long to be answered. Source:
 * https://github.com/haproxy/haproxy/blob/v2.8.0/src/check.c (process_chk_conn, update_timer), tcpcheck.c (tcpcheck_eval_connect)
 */
function failedChecks(answerMs: number, each: string): Notice {
  const { fall, interMs } = CHECK;
  const window = { ms: fall * (interMs + answerMs) + CHECK_MARGIN_MS, sum: `${fall} x ${each} + 1 s` };
  // The first may fail at once.
  return { by: "active check", window, soonestMs: (fall - 1) * (interMs + answerMs) };
}

/** Further attempts are of calls that found no connection, unless others are asked for. In the variant they are made at the same pod: none that help. */
function haproxyRetry({ proxyRetries = 0, proxyVariant }: PathSettings): Retry {
  const isStuck = proxyVariant === NO_REDISPATCH;
  const retry =
    proxyRetries === 0
      ? NO_RETRIES
      : { ...NO_RETRIES, of: "by code" as const, attempts: 1 + proxyRetries, losesStatuses: true };
  return isStuck ? NO_RETRIES : { ...retry, draws: Number.POSITIVE_INFINITY, unconnected: "next host" };
}
