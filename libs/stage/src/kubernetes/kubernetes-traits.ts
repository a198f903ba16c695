import { APPLICATION_FAULTS, type StageTraits } from "@grpc-lb-lab/stage-api";

/** What is known of the kubernetes stage before it is made. */
export const KUBERNETES: StageTraits = {
  name: "kubernetes",
  what: "a cluster",
  abilities: {
    settableTimings: [],
    fixedTimings: { dnsTtlMs: "it uses the cluster's DNS", endpointLagMs: "it uses the cluster's control plane" },
    fixedForDns: {},
    // It has no access to nodes, which packets and frozen processes would take.
    faults: APPLICATION_FAULTS,
    metersContainers: true,
    autoscales: true,
    switchesMutualTls: true,
    // The deployed frontend has the settings that it was deployed with, whatever a trial asks of clients, and nobody reads what it rejects (NACK).
    startsFrontend: false,
    // Across nodes, through an API server that others use too.
    pushMs: 5_000,
    // A cluster's lag is an upper bound: an endpoint may be withdrawn at once.
    lagIsExact: false,
    // Others may have filled the cache long before, so that it is fresh at any time.
    dnsIsShared: true,
    dnsDropsSilentPods: false,
    // The overlay drains as long: interval and TTL may be 30 s.
    dnsNewsMs: 40_000,
    // A quick rollout of 4 takes 12 to 25 s; the client is older by its warm-up.
    replacementMs: 9_000,
    // gRPC's interval and CoreDNS's TTL are 30 s each by default.
    outpacedDnsIntervalMs: 30_000,
  },
};
