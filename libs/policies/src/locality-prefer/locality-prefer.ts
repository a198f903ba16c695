import { all } from "../bounds.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import { EJECTION } from "../locality-failover/ejection.ts";
import type { Policy } from "../policy.ts";
import { answeredInOwnZone, ownPodsThatAnswered, zonesDoNotMatter } from "../zones.ts";

const PODS = 4;
const CALLS = 200;

/** `locality-prefer`: as long as pods of the client's own zone are well, no other gets a call. */
export const localityPrefer: Policy = {
  name: "locality-prefer",
  title: "the client's own zone first",
  parameters: {},
  source: "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
  asks: () => "calls stay in the client's zone",
  // In Istio's dialect alone: pods that come from one DNS name have no zone, and no route of the Gateway API names one.
  dialects: () => ({
    Istio: istio(
      destinationRule({
        // Without an ejection Istio gives zones no priority.
        trafficPolicy: { loadBalancer: { localityLbSetting: { enabled: true } }, outlierDetection: EJECTION },
      }),
    ),
  }),
  fields: [
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.loadBalancer.localityLbSetting.enabled" },
  ],
  trial: () => ({
    clientZone: true,
    pods: PODS,
    load: { rate: 100, calls: CALLS },
    roughSeconds: CALLS / 100,
  }),
  obeyed: (seen) => [
    all(
      { id: "own-zone", what: "calls that pods of the client's zone answered" },
      answeredInOwnZone(seen.records, seen),
      seen.records.length,
    ),
    ownPodsThatAnswered(seen.records, seen),
  ],
  ignored: (seen) => [zonesDoNotMatter(seen.records, seen)],
  // It changes among which pods a hop picks, and not how.
  onPath: (path) => path,
};
