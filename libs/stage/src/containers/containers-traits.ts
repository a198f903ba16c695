import { APPLICATION_FAULTS, type StageTraits } from "@grpc-lb-lab/stage-api";
import { CONTAINERS_TIMING_NAMES } from "./containers-timings.ts";

/** What is known of the containers stage before it is made. */
export const CONTAINERS: StageTraits = {
  name: "containers",
  what: "containers of this machine's engine",
  abilities: {
    settableTimings: CONTAINERS_TIMING_NAMES,
    fixedTimings: { dnsTtlMs: "it uses the engine's DNS" },
    fixedForDns: { endpointLagMs: "its endpoints come from the engine's DNS" },
    faults: [...APPLICATION_FAULTS, "packets", "paused"],
    metersContainers: false,
    autoscales: false,
    switchesMutualTls: false,
    // Nobody starts a container of the frontend here.
    startsFrontend: false,
    // On one machine.
    pushMs: 1_000,
    lagIsExact: true,
    dnsIsShared: false,
    // The engine's DNS knows a container while it has its place in the network, which one whose packets are dropped has lost.
    dnsDropsSilentPods: true,
    // Longer than lag, TTL and refresh together.
    dnsNewsMs: 3_500,
    // A container takes 1 to 2 s to start, up to 1 s to end, and 1.5 s to drain.
    replacementMs: 5_000,
    outpacedDnsIntervalMs: 20_000,
  },
};
