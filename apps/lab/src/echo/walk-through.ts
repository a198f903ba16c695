import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Expectation } from "@grpc-lb-lab/measure";
import { ECHO_NAMESPACE, type LocalEcho } from "@grpc-lb-lab/stage";
import { REPOSITORY_ROOT } from "../repository-root.ts";
import { type Forwarded, forwardEcho } from "./forward-echo.ts";
import { certificatesShown } from "./shown-certificate.ts";
import {
  allFailUnavailable,
  calledAs,
  evenlyAnswered,
  noneFails,
  showNewCertificates,
  weighted,
} from "./walk-through-expectations.ts";

/** A step of the walk-through, done. */
export interface WalkThroughStep {
  /** Stable: `weights`. */
  readonly id: string;
  /** What was applied, as a path of the repository. */
  readonly applied: string | null;
  /** Answers by version. */
  readonly versions: Readonly<Record<string, number>>;
  /** The first error, when requests failed. */
  readonly error: string | null;
  readonly expectations: readonly Expectation[];
}

interface StepPlan {
  readonly id: string;
  /** A file in {@link RULES_FOLDER}. */
  readonly rules?: string;
  /**
   * The rules bring back what did not work: a client whose attempts to connect have failed waits for its back-off before the next one, and
   * its calls fail until then. So requests count once that is over.
   */
  readonly recovers?: boolean;
  readonly request: { readonly count: number; readonly qps?: number; readonly newConnectionPerRequest?: boolean };
  /** Done while the requests are under way. */
  readonly meanwhile?: (echo: LocalEcho) => Promise<void>;
  readonly expectations: (forwarded: Forwarded, count: number) => readonly Expectation[];
  /** What is looked at when the requests have been answered. */
  readonly afterwards?: (
    echo: LocalEcho,
    serialNumbersBefore: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly Expectation[]>;
}

const RULES_FOLDER = "deploy/istio/walkthrough";
/** The identity of Istio's sample, which names no service account. */
const CALLER = `spiffe://cluster.local/ns/${ECHO_NAMESPACE}/sa/default`;

/** Istio's walk-through of proxyless gRPC, in its order. Source: https://istio.io/latest/blog/2021/proxyless-grpc/ */
export const WALK_THROUGH: readonly StepPlan[] = [
  {
    id: "round-robin",
    request: { count: 100 },
    expectations: (forwarded, count) => [noneFails(forwarded), evenlyAnswered(forwarded, count)],
  },
  {
    id: "weights",
    rules: "weights-20-80.yaml",
    request: { count: 1_000 },
    expectations: (forwarded, count) => [noneFails(forwarded), weighted(forwarded, count, { v1: 0.2, v2: 0.8 })],
  },
  {
    id: "client-mutual",
    rules: "client-mutual-tls.yaml",
    request: { count: 20 },
    expectations: (forwarded, count) => [allFailUnavailable(forwarded, count)],
  },
  {
    id: "both-mutual",
    rules: "server-strict.yaml",
    recovers: true,
    request: { count: 100 },
    expectations: (forwarded) => [noneFails(forwarded), calledAs(forwarded, CALLER)],
  },
  {
    id: "rotation",
    request: { count: 300, qps: 100, newConnectionPerRequest: true },
    meanwhile: (echo) => echo.rotateCertificates(),
    expectations: (forwarded) => [noneFails(forwarded), calledAs(forwarded, CALLER)],
    afterwards: async (echo, before, signal) => [showNewCertificates(before, await certificatesShown(echo, signal))],
  },
];

/** So many requests, so often, at most: random picks meet both versions long before. */
const WARM_UP = { requests: 10, rounds: 30 };

/** Calls until both versions have answered: a new channel hands its first calls to whoever is connected first. */
export async function warmUp(echo: LocalEcho, signal: AbortSignal): Promise<void> {
  const seen = new Set<string>();
  for (let round = 0; round < WARM_UP.rounds && seen.size < echo.pods.length; round++) {
    const request = { url: echo.target, count: WARM_UP.requests };
    const { calls } = await forwardEcho(callerOf(echo), request, signal);
    for (const { version } of calls) seen.add(version);
  }
}

const AGAIN_MS = 100;
const RECOVERED_MS = 20_000;
/** So many requests meet both versions, also where one of them has a fifth. */
const RECOVERED_REQUESTS = 30;

/** Requests until all of some are answered, or it takes too long: then the step tells. */
async function untilAnswered(echo: LocalEcho, signal: AbortSignal): Promise<void> {
  const endAtMs = Date.now() + RECOVERED_MS;
  while (Date.now() < endAtMs) {
    const { error } = await forwardEcho(callerOf(echo), { url: echo.target, count: RECOVERED_REQUESTS }, signal);
    if (error === undefined) return;
    await delay(AGAIN_MS, undefined, { signal });
  }
}

/** The pod of version v1 calls; a request reaches it on its plain port. */
function callerOf(echo: LocalEcho): string {
  return echo.pods[0]?.plainAddress ?? "";
}

/** Applies what a step applies, has the pod of version v1 call the Service, and judges what came back. */
export async function takeStep(echo: LocalEcho, step: StepPlan, signal: AbortSignal): Promise<WalkThroughStep> {
  const applied = step.rules === undefined ? null : `${RULES_FOLDER}/${step.rules}`;
  if (applied !== null) await echo.apply(await readFile(join(REPOSITORY_ROOT, applied), "utf8"), signal);
  const serialNumbers = echo.pods.map(({ certificate }) => certificate.serialNumber);
  if (step.recovers === true) await untilAnswered(echo, signal);
  const forwarding = forwardEcho(callerOf(echo), { url: echo.target, ...step.request }, signal);
  const [forwarded] = await Promise.all([forwarding, step.meanwhile?.(echo)]);
  const versions = Object.groupBy(forwarded.calls, ({ version }) => version);
  return {
    id: step.id,
    applied,
    versions: Object.fromEntries(Object.entries(versions).map(([version, calls = []]) => [version, calls.length])),
    error: forwarded.error ?? null,
    expectations: [
      ...step.expectations(forwarded, step.request.count),
      ...((await step.afterwards?.(echo, serialNumbers, signal)) ?? []),
    ],
  };
}
