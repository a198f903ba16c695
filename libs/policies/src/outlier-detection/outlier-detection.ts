import { beganMs, type CallRecord, endMs, monotonicMs } from "@grpc-lb-lab/measure";
import { isPinned } from "@grpc-lb-lab/modes";
import { InputError, type JsonObject, type LoadRun, waitAtMost } from "@grpc-lb-lab/stage-api";
import { withAskedHop } from "../asked-hop.ts";
import { type About, all, atLeast, drawn, none } from "../bounds.ts";
import { seconds } from "../dialects/envoy.ts";
import { destination, destinationRule, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { notRetriedByIstio } from "../not-retried-by-istio.ts";
import { within } from "../phases.ts";
import type { Evidence, Policy } from "../policy.ts";
import { OK } from "../status-codes.ts";

const PODS = 4;
const FAILURES = 5;
/** How often failures are summed up while a pod may be left out. */
const INTERVALS = 10;
/** How many intervals after the first failures they must have been noticed, whoever counts: two of gRPC's, and a busy machine's time. */
const UNNOTICED = 3;
/** Until how many intervals after the first failure the pod must get no calls: it cannot have been left out before, and so is not tried again yet. */
const LEFT_OUT = 8;
/** How many failures as many as are needed come in an interval, so that nobody waits for them. */
const TIMES_ENOUGH = 3;
/** How many ejections a pod is waited for at most that answers well again: Envoy leaves it out for longer each time, and a busy machine may have had it tried again. */
const LONGEST_BACK = 3;
/** So many that a quarter of them, drawn by lot, is none once in 10⁵. */
const CALLS_ENOUGH = 40;
/** Phases of the trial. */
const [FAILING, BACK] = ["a pod fails", "the pod must be back"] as const;

/** `outlier-detection`: a pod that answers with failures gets no calls for a while. */
export const outlierDetection: Policy<{ ejectionMs: number }> = {
  name: "outlier-detection",
  title: "ejection of pods that fail",
  parameters: { ejectionMs: 5_000 },
  source: "https://github.com/grpc/proposal/blob/master/A50-xds-outlier-detection.md",
  asks: ({ ejectionMs }) => `a pod that answers UNAVAILABLE is left out for ${ejectionMs} ms, and then tried again`,
  dialects: ({ ejectionMs }) => ({
    "gRPC service config": {
      dialect: "gRPC service config",
      serviceConfig: { loadBalancingConfig: [{ outlier_detection: ejectionByGrpcJs(ejectionMs) }] },
    },
    Istio: istio(
      virtualService({ ...NOT_RETRIED, route: [destination()] }),
      destinationRule({
        trafficPolicy: {
          // Otherwise outlierDetection makes the caller's own zone come first as well, and only its pods would be called.
          loadBalancer: { localityLbSetting: { enabled: false } },
          outlierDetection: {
            consecutive5xxErrors: FAILURES,
            interval: `${intervalMs(ejectionMs)}ms`,
            baseEjectionTime: `${ejectionMs}ms`,
            maxEjectionPercent: 50,
          },
        },
      }),
    ),
    Envoy: {
      dialect: "Envoy",
      cluster: {
        outlierDetection: {
          consecutive5xx: FAILURES,
          interval: seconds(intervalMs(ejectionMs)),
          baseEjectionTime: seconds(ejectionMs),
          maxEjectionPercent: 50,
        },
      },
    },
    // These three count failures by HTTP's status, and that of gRPC's is 200.
    nginx: {
      dialect: "nginx",
      serverParameters: [`max_fails=${FAILURES}`, `fail_timeout=${Math.ceil(ejectionMs / 1000)}s`],
      location: ["grpc_next_upstream error timeout http_503;"],
    },
    HAProxy: {
      dialect: "HAProxy",
      serverParameters: ["observe layer7", `error-limit ${FAILURES}`, "on-error mark-down"],
    },
    Traefik: {
      dialect: "Traefik",
      loadBalancer: { passiveHealthCheck: { failureWindow: `${ejectionMs}ms`, maxFailedAttempts: FAILURES } },
    },
  }),
  fields: [{ dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.outlierDetection" }],
  trial: ({ ejectionMs }) => ({
    pods: PODS,
    // By the interval, so that an ejection of whatever length sees as many calls.
    load: { rate: (PODS * TIMES_ENOUGH * FAILURES * 1_000) / intervalMs(ejectionMs) },
    course: async ({ deployment, load, pause, phase, signal }) => {
      // Where all calls go to one pod, it must be that one.
      const bad = await firstThatAnswers(load, signal);
      await phase(FAILING, async () => {
        await deployment.fault(bad, { errorCode: "UNAVAILABLE", errorShare: 1 });
        // By the calls' own times: a busy client is behind, and an ejection does not wait for it.
        await untilBegun(LEFT_OUT * intervalMs(ejectionMs), load, signal);
        await deployment.fault(bad, {});
      });
      await phase(BACK, async () => {
        const pods = deployment.pods().map(({ name }) => name);
        const lastMs = await untilAllAnswer(pods, load, LONGEST_BACK * ejectionMs, signal);
        // The client's clock and the lab's tell the end of a call differently: it ends in this phase by both.
        await pause(Math.max(0, lastMs - monotonicMs()) + 1);
      });
    },
    roughSeconds: ((INTERVALS + 1) * intervalMs(ejectionMs)) / 1000,
  }),
  obeyed: (seen, { ejectionMs }) => {
    const late = whileLeftOut(seen, ejectionMs);
    return [
      atLeast({ id: "noticed", what: "calls that failed" }, failures(seen).length, 1),
      atLeast(CALLS, late.length, CALLS_ENOUGH),
      none(LATE, failed(late), late.length),
      all({ id: "back", what: "pods that answer in the end" }, answering(within(BACK, seen)), PODS),
    ];
  },
  ignored: (seen, { ejectionMs }) => {
    const late = whileLeftOut(seen, ejectionMs);
    const about = [LATE, failed(late), late.length] as const;
    return [isPinned(seen.path) ? all(...about) : drawn(...about, 1 / PODS), atLeast(CALLS, late.length, CALLS_ENOUGH)];
  },
  differs: (seen, { ejectionMs }) => {
    const late = whileLeftOut(seen, ejectionMs).length;
    if (failures(seen).length === 0 || late >= CALLS_ENOUGH) return undefined;
    // A client that was so far behind has seen nothing of what was asked.
    throw new InputError(
      `outlier-detection with ejectionMs=${ejectionMs} cannot be told here: ${late} calls were made while the pod had to be left out, and ${CALLS_ENOUGH} are needed; try on a less busy machine, or with a longer ejectionMs`,
    );
  },
  onPath: (path, { ejectionMs }) =>
    withAskedHop(path, ({ notice }) => ({
      notice: {
        ...notice,
        badStatus: {
          by: "passive ejection",
          window: { ms: UNNOTICED * intervalMs(ejectionMs), sum: "three intervals" },
          ejection: {
            ms: ejectionMs,
            // As in the trial: enough failures in an interval, also for grpc-js, each of whose clients counts by itself.
            callsPerSecond: (TIMES_ENOUGH * FAILURES * 1_000) / intervalMs(ejectionMs),
            pods: PODS,
          },
        },
      },
    })),
  besideOnPath: notRetriedByIstio,
};

const CALLS: About = {
  id: "calls",
  what: "calls while the pod must be left out",
  chance: "of which some meet it if it is not, or else once in 10⁵",
};
const LATE = { id: "late", what: "calls that fail once the pod must be left out" };

function intervalMs(ejectionMs: number): number {
  return Math.round(ejectionMs / INTERVALS);
}

/** grpc-js takes neither the name of gRFC A50, `outlier_detection_experimental`, nor its fields: durations are objects, and names have underscores. */
function ejectionByGrpcJs(ejectionMs: number): JsonObject {
  return {
    interval: durationObject(intervalMs(ejectionMs)),
    base_ejection_time: durationObject(ejectionMs),
    max_ejection_percent: 50,
    // It does not count failures in a row, but their share in an interval.
    failure_percentage_ejection: { threshold: 50, minimum_hosts: PODS - 1, request_volume: FAILURES },
    child_policy: [{ round_robin: {} }],
  };
}

function durationObject(ms: number): JsonObject {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}

async function firstThatAnswers(load: LoadRun, signal: AbortSignal): Promise<string> {
  const answered = ({ pod }: CallRecord) => pod !== undefined;
  await load.waitFor((fresh) => fresh.some(answered), signal);
  const pod = load.records.find(answered)?.pod;
  if (pod === undefined) throw new Error("a call was answered, and then by no pod");
  return pod;
}

/** Resolves once each of these pods has answered a call that is begun from now on, with the end of the last of these by the client's clock; or when that takes too long. */
async function untilAllAnswer(
  pods: readonly string[],
  load: LoadRun,
  mostMs: number,
  signal: AbortSignal,
): Promise<number> {
  const fromMs = monotonicMs();
  const waited = new Set(pods);
  let lastMs = fromMs;
  const answer = (fresh: readonly CallRecord[]) => {
    for (const record of fresh) {
      if (record.pod === undefined || beganMs(record) < fromMs || !waited.delete(record.pod)) continue;
      lastMs = Math.max(lastMs, endMs(record));
    }
    return waited.size === 0;
  };
  await waitAtMost(mostMs, signal, (until) => load.waitFor(answer, until));
  return lastMs;
}

/** Resolves once a call has ended that was begun so long after the first that failed from now on, or after now if none has failed by then. */
async function untilBegun(afterMs: number, load: LoadRun, signal: AbortSignal): Promise<void> {
  const fromMs = monotonicMs();
  let firstMs: number | undefined;
  await load.waitFor((fresh) => {
    const failedMs = fresh.filter((record) => isFailure(record) && endMs(record) >= fromMs).map(beganMs);
    if (failedMs.length > 0) firstMs = Math.min(firstMs ?? Number.POSITIVE_INFINITY, ...failedMs);
    return fresh.some((record) => beganMs(record) >= Math.max(fromMs, firstMs ?? fromMs) + afterMs);
  }, signal);
}

/** The calls that failed because the pod fails, in the order of their ends. */
function failures({ records, phases }: Evidence): CallRecord[] {
  const fromMs = phases.find(({ name }) => name === FAILING)?.fromMs ?? Number.POSITIVE_INFINITY;
  const all = records.filter((record) => isFailure(record) && endMs(record) >= fromMs);
  return all.toSorted((a, b) => endMs(a) - endMs(b));
}

/**
 * The calls that began and ended while the pod must have been left out, whoever counts: so long after the last of the failures that are enough, and before
 * it can be tried again. It was left out once one had begun at the earliest, and is tried again an ejection later.
 */
function whileLeftOut(seen: Evidence, ejectionMs: number): CallRecord[] {
  const all = failures(seen);
  const enough = all[Math.min(FAILURES, all.length) - 1];
  if (enough === undefined) return [];
  const fromMs = endMs(enough) + UNNOTICED * intervalMs(ejectionMs);
  const toMs = Math.min(...all.map(beganMs)) + LEFT_OUT * intervalMs(ejectionMs);
  return seen.records.filter((record) => beganMs(record) >= fromMs && endMs(record) <= toMs);
}

function isFailure({ code }: CallRecord): boolean {
  return code !== OK;
}

function failed(records: readonly CallRecord[]): number {
  return records.filter(isFailure).length;
}

function answering(records: readonly CallRecord[]): number {
  return new Set(records.flatMap(({ pod }) => (pod === undefined ? [] : [pod]))).size;
}
