import type { CallRecord } from "@grpc-lb-lab/measure";
import { all, none } from "../bounds.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import { during } from "../phases.ts";
import type { Evidence, Policy, TrialCourse } from "../policy.ts";
import { answeredCalls, answeredInOwnZone, ownPodsThatAnswered, zonesDoNotMatter } from "../zones.ts";
import { EJECTION, INTERVAL_MS } from "./ejection.ts";
import { failoverTime } from "./failover-time.ts";

const PODS = 4;
const RATE = 100;
const PHASE_MS = 1_500;
/**
 * Until the ejection of a whole zone, with a wide margin. Envoy ejects a pod at its third error in a row, in the middle of an interval, but tells its workers
 * so at most once a second (`update_merge_window`): the second pod of a zone gets calls for that second, which fail unless a retry leads elsewhere.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto#config-cluster-v3-cluster-commonlbconfig
 */
const EJECTED_WITHIN_MS = 5 * INTERVAL_MS;
/** The phases of the trial. */
const [WELL, FAILING, FAILED] = ["the zone is well", "the zone begins to fail", "the zone has failed"] as const;

/** `locality-failover`: once the pods of the client's own zone are ill, others get its calls. */
export const localityFailover: Policy = {
  name: "locality-failover",
  title: "another zone when the own one fails",
  parameters: {},
  source: "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
  asks: () => "calls stay in the client's zone until its pods fail, and go elsewhere then",
  dialects: () => ({
    Istio: istio(
      destinationRule({
        // By default Istio gives the next priority to other zones of the region.
        trafficPolicy: { loadBalancer: { localityLbSetting: { enabled: true } }, outlierDetection: EJECTION },
      }),
    ),
  }),
  trial: () => ({
    clientZone: true,
    pods: PODS,
    fault: "errorCode",
    load: { rate: RATE },
    course: async (course) => {
      await course.phase(WELL, () => course.pause(PHASE_MS));
      await course.phase(FAILING, () => failOwnZone(course));
      await course.pause(EJECTED_WITHIN_MS);
      await course.phase(FAILED, () => course.pause(PHASE_MS));
    },
    roughSeconds: (2 * PHASE_MS + EJECTED_WITHIN_MS) / 1_000,
  }),
  obeyed: (seen) => {
    const [well, failed] = phases(seen);
    return [
      all({ id: "own-zone", what: "calls that the own zone answered while it was well" }, own(well, seen), well.length),
      ownPodsThatAnswered(well, seen),
      all({ id: "answered", what: "calls that were answered once it failed" }, answeredCalls(failed), failed.length),
      none({ id: "failed-over", what: "calls that the own zone answered then" }, own(failed, seen)),
      failoverTime(FAILING, EJECTED_WITHIN_MS, seen),
    ];
  },
  ignored: (seen) => [zonesDoNotMatter(phases(seen)[0], seen)],
  differs: (seen) => {
    const [well, failed] = phases(seen);
    const stays = well.length > 0 && own(well, seen) === well.length && answeredCalls(failed) === 0;
    return stays ? "calls stay in the own zone, and all fail once its pods do" : undefined;
  },
  // It changes among which pods a hop picks, and not how.
  onPath: (path) => path,
};

async function failOwnZone({ deployment }: TrialCourse): Promise<void> {
  const ill = deployment.pods().filter(({ zone }) => zone === deployment.clientZone);
  await Promise.all(ill.map(({ name }) => deployment.fault(name, { errorCode: "UNAVAILABLE", errorShare: 1 })));
}

function phases(seen: Evidence): [well: CallRecord[], failed: CallRecord[]] {
  return [during(WELL, seen), during(FAILED, seen)];
}

function own(records: readonly CallRecord[], seen: Evidence): number {
  return answeredInOwnZone(records, seen);
}
