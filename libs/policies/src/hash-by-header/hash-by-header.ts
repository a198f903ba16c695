import type { Expectation } from "@grpc-lb-lab/measure";
import { hasOnePodPerConnection } from "@grpc-lb-lab/modes";
import { addPod } from "../add-pod.ts";
import { type About, atLeast, between, none } from "../bounds.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import { during } from "../phases.ts";
import { withPick } from "../picks/with-pick.ts";
import type { Evidence, Policy } from "../policy.ts";
import { moved, podsOfKeys, scattered } from "./keys.ts";
import { keysToMove, ringOf } from "./ring.ts";

const PODS = 4;
/** No multiple of a number of pods, so that no rotation is in step with the keys. */
const KEYS = 97;
const RATE = 150;
/** Each key comes twice at least. */
const PHASE_MS = 2_000;
/** `hash-by-header`: calls of one key go to one pod, and keys that move when a pod is added go to that pod. */
export const hashByHeader: Policy<{ header: string }> = {
  name: "hash-by-header",
  title: "balancing by a hash of a header",
  parameters: { header: "x-key" },
  source: "https://github.com/grpc/proposal/blob/master/A42-xds-ring-hash-lb-policy.md",
  asks: ({ header }) =>
    `calls with one value of ${header} go to one pod, and a pod that is added takes its part of the values alone`,
  // gRPC's `ring_hash` hashes what a route says (gRFC A42); that a service config names the header itself (gRFC A76) grpc-js does not have. Traefik hashes
  // addresses of clients alone.
  dialects: ({ header }) => ({
    Istio: istio(destinationRule({ trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: header } } } })),
    Envoy: {
      dialect: "Envoy",
      action: { hashPolicy: [{ header: { headerName: header } }] },
      cluster: { lbPolicy: "RING_HASH" },
    },
    // Pods of one DNS name are one on nginx's ring, among which it goes round: https://github.com/nginx/nginx/issues/523
    nginx: { dialect: "nginx", upstream: [`hash $http_${header.replaceAll("-", "_")} consistent;`] },
    HAProxy: { dialect: "HAProxy", backend: [`balance hdr(${header})`, "hash-type consistent"] },
  }),
  fields: [
    {
      dialect: "Istio",
      kind: "DestinationRule",
      path: "spec.trafficPolicy.loadBalancer.consistentHash.httpHeaderName",
    },
  ],
  trial: ({ header }) => ({
    pods: PODS,
    load: {
      rate: RATE,
      kinds: Array.from({ length: KEYS }, (_, key) => ({ metadata: { [header]: `key-${key}` } })),
      warmUp: { distinctPods: PODS, calls: 2 * PODS, maxMs: 2_000 },
    },
    course: async (course) => {
      await course.phase("before", () => course.pause(PHASE_MS));
      await addPod(course, PODS + 1);
      await course.phase("after", () => course.pause(PHASE_MS));
    },
    roughSeconds: 8,
  }),
  obeyed: (seen) => {
    const [before, after] = keysOfPhases(seen);
    const { toAdded, toOthers } = moved(before, after);
    const bounds = keysToMove(ringOf(seen.dialect), KEYS, PODS);
    return [
      everyKeyCame(before.size),
      none(SCATTERED, scattered(before), before.size),
      none({ id: "scattered-after", what: "likewise with a pod more" }, scattered(after), after.size),
      between({ id: "used", what: "pods that keys go to" }, pods(before).size, 2, PODS),
      between({ id: "moved", what: "keys that a pod takes which is added" }, toAdded, ...bounds.added, after.size),
      between({ id: "moved-elsewhere", what: "keys that move otherwise then" }, toOthers, ...bounds.others, after.size),
    ];
  },
  ignored: (seen) => {
    const [before] = keysOfPhases(seen);
    if (hasOnePodPerConnection(seen.path)) {
      return [
        everyKeyCame(before.size),
        between({ id: "used", what: "pods that keys go to" }, pods(before).size, 1, 1),
      ];
    }
    return [everyKeyCame(before.size), between(SCATTERED, scattered(before), Math.ceil(KEYS / 2), KEYS, before.size)];
  },
  differs: (seen) => {
    const [before, after] = keysOfPhases(seen);
    if (before.size < KEYS || after.size < KEYS || scattered(before) + scattered(after) > 0) return undefined;
    const { toAdded, toOthers } = moved(before, after);
    if (toOthers <= keysToMove(ringOf(seen.dialect), KEYS, PODS).others[1]) return undefined;
    return `keys are dealt anew: with a pod more ${toAdded} of ${KEYS} go to it, and ${toOthers} from one of the others to another`;
  },
  onPath: (path) => withPick(path, { kind: "hash", key: "header" }),
};

const SCATTERED: About = { id: "scattered", what: "keys whose calls go to several pods" };

function everyKeyCame(keys: number): Expectation {
  return atLeast({ id: "keys", what: "keys that were answered" }, keys, KEYS);
}

type Keys = ReturnType<typeof podsOfKeys>;

function keysOfPhases(seen: Evidence): [before: Keys, after: Keys] {
  return [podsOfKeys(during("before", seen)), podsOfKeys(during("after", seen))];
}

function pods(keys: Keys): Set<string> {
  return new Set([...keys.values()].flatMap((names) => [...names]));
}
