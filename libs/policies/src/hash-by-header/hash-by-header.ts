import type { Expectation } from "@grpc-lb-lab/measure";
import { balancerOf, isPinned } from "@grpc-lb-lab/modes";
import { addPod } from "../add-pod.ts";
import { type About, atLeast, between, none } from "../bounds.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import { during } from "../phases.ts";
import { withPick } from "../picks/with-pick.ts";
import type { Evidence, Policy } from "../policy.ts";
import { moved, podsOfKeys, scattered } from "./keys.ts";

const PODS = 4;
/** No multiple of a number of pods, so that no rotation is in step with the keys. */
const KEYS = 97;
const RATE = 150;
/** Each key comes twice at least. */
const PHASE_MS = 2_000;
/**
 * A pod that is added takes 1 / (n + 1) of the keys, more where it has more of the ring by chance (HAProxy has 16 points for each server), and more where the
 * ring stays as large, so that other pods lose points (Envoy's: a third of all keys moved). Where all is dealt anew, n / (n + 1) of them move.
 */
const MOST_MOVED = Math.floor((3 * KEYS) / (PODS + 1));

/** `hash-by-header`: calls of one key go to one pod, and a new pod takes few of the keys. */
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
    return [
      everyKeyCame(before.size),
      none(SCATTERED, scattered(before), before.size),
      none({ id: "scattered-after", what: "likewise with a pod more" }, scattered(after), after.size),
      between({ id: "used", what: "pods that keys go to" }, pods(before).size, 2, PODS),
      between(
        { id: "moved", what: "keys that go elsewhere once a pod is added" },
        moved(before, after),
        1,
        MOST_MOVED,
        after.size,
      ),
    ];
  },
  ignored: (seen) => {
    const [before] = keysOfPhases(seen);
    if (isPinned(seen.path) || balancerOf(seen.path).pick.kind === "first") {
      return [
        everyKeyCame(before.size),
        between({ id: "used", what: "pods that keys go to" }, pods(before).size, 1, 1),
      ];
    }
    return [everyKeyCame(before.size), between(SCATTERED, scattered(before), Math.ceil(KEYS / 2), KEYS, before.size)];
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
