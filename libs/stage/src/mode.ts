/** The modes' names: the same in make targets, folders, environment, charts and results. */
export const MODE_NAMES = ["plain", "headless", "watch", "envoy", "sidecar", "proxyless"] as const;
export type ModeName = (typeof MODE_NAMES)[number];

/** A way to load balance gRPC on Kubernetes. */
export interface Mode {
  /** Who picks the pod of a call. */
  readonly balancer: string;
  /** Where the balancer learns of pods from. */
  readonly source: string;
  /** The client's target in a cluster; `<ns>` stands for the namespace. */
  readonly target: string;
  /** The client's load-balancing policy. */
  readonly policy: string;
  /** What it is made of in Kubernetes. */
  readonly kubernetes: string;
  /** What it asks of those who choose it. */
  readonly costs: string;
}

/** The table of modes: the one place that describes them. */
export const MODES: Readonly<Record<ModeName, Mode>> = {
  plain: {
    balancer: "kube-proxy, per connection",
    source: "the Service",
    target: "backend:50051",
    policy: "pick_first",
    kubernetes: "a Service",
    costs: "nothing, and balances nothing: one connection, one pod",
  },
  headless: {
    balancer: "the client",
    source: "DNS",
    target: "dns:///backend-headless:50051",
    policy: "round_robin",
    kubernetes: "a headless Service; servers age their connections",
    costs: "stale addresses: new pods wait for an aged connection, quick rollouts fail calls",
  },
  watch: {
    balancer: "the client",
    source: "EndpointSlices",
    target: "kubernetes:///backend:grpc",
    policy: "round_robin",
    kubernetes: "a Service, and a Role to watch its slices",
    costs: "a resolver in every client, a Role, one watch at the API server per client pod",
  },
  envoy: {
    balancer: "one proxy between",
    source: "DNS",
    target: "envoy:50051",
    policy: "pick_first",
    kubernetes: "an Envoy Deployment in front of the headless Service",
    costs: "a hop and a proxy to run; a dead pod costs calls until DNS drops it, unless Envoy retries",
  },
  sidecar: {
    balancer: "a proxy beside each pod",
    source: "Istio",
    target: "backend:50051",
    policy: "pick_first",
    kubernetes: "Istio's sidecar injection; appProtocol: grpc",
    costs: "two hops, and CPU and memory of a proxy in every pod; mTLS, retries, telemetry included",
  },
  proxyless: {
    balancer: "the client",
    source: "Istio's xDS",
    target: "xds:///backend.<ns>.svc.cluster.local:50051",
    policy: "from xDS",
    kubernetes: "Istio's grpc-agent injection template",
    costs: "an agent in every pod, and what the language's gRPC supports of xDS",
  },
};
