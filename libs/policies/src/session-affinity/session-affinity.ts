import { callsPerPod } from "@grpc-lb-lab/measure";
import { all, between } from "../bounds.ts";
import { destinationRule, istio } from "../dialects/istio.ts";
import { pickBounds, pickOf } from "../picks/pick-bounds.ts";
import { seenPick } from "../picks/seen-pick.ts";
import { SLOW_POD_TRIAL } from "../picks/slow-pod.ts";
import { withPick } from "../picks/with-pick.ts";
import type { Policy } from "../policy.ts";

/** So many connections from one address that they would hardly ever fall on one pod by chance: at four pods, once in 16,000 trials. */
const CLIENTS = 8;

/** `session-affinity`: all calls from one client's address go to one pod, on whatever connection. */
export const sessionAffinity: Policy = {
  name: "session-affinity",
  title: "one pod for each client",
  parameters: {},
  source:
    "https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
  asks: () => "all calls from one address go to one pod",
  // gRPC has it by xDS alone. What Traefik and others do by cookies wants a client that keeps them, which those of gRPC do not.
  dialects: () => ({
    Istio: istio(destinationRule({ trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } } } })),
    Envoy: {
      dialect: "Envoy",
      action: { hashPolicy: [{ connectionProperties: { sourceIp: true } }] },
      cluster: { lbPolicy: "RING_HASH" },
    },
    nginx: { dialect: "nginx", upstream: ["ip_hash;"] },
    HAProxy: { dialect: "HAProxy", backend: ["balance source"] },
    Traefik: { dialect: "Traefik", loadBalancer: { strategy: "hrw" } },
  }),
  fields: [
    { dialect: "Istio", kind: "DestinationRule", path: "spec.trafficPolicy.loadBalancer.consistentHash.useSourceIp" },
  ],
  trial: () => ({
    ...SLOW_POD_TRIAL,
    load: { ...SLOW_POD_TRIAL.load, clients: CLIENTS, warmUp: { distinctPods: 1, calls: 12, maxMs: 5_000 } },
  }),
  obeyed: ({ records }) => {
    const [calls = 0] = [...callsPerPod(records).values()].toSorted((a, b) => b - a);
    return [
      all({ id: "one-pod", what: `calls of ${CLIENTS} clients of one address at one pod` }, calls, records.length),
    ];
  },
  ignored: (seen) => {
    const { size } = callsPerPod(seen.records);
    const several = between({ id: "several", what: "pods that answered" }, size, 2, seen.pods.length);
    // Where each connection has a pod, clients have different ones.
    return pickOf(seen) === "first" ? [several] : [several, ...pickBounds(pickOf(seen), seen)];
  },
  differs: seenPick,
  onPath: (path) => withPick(path, { kind: "hash", key: "address" }),
};
