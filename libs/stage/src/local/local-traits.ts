import { APPLICATION_FAULTS, type StageTraits } from "@grpc-lb-lab/stage-api";
import { TIMING_NAMES } from "./local-timings.ts";

/** What is known of the local stage before it is made. */
export const LOCAL: StageTraits = {
  name: "local",
  what: "processes on this machine's loopback addresses",
  abilities: {
    settableTimings: TIMING_NAMES,
    fixedTimings: {},
    fixedForDns: {},
    // Processes on loopback can neither lose packets nor be frozen unnoticed.
    faults: APPLICATION_FAULTS,
    metersContainers: false,
    autoscales: false,
    switchesMutualTls: false,
    startsFrontend: true,
    // On one machine.
    pushMs: 1_000,
    lagIsExact: true,
    dnsIsShared: false,
    dnsDropsSilentPods: false,
    // Longer than lag, TTL and refresh together.
    dnsNewsMs: 3_500,
    // In proportion to a cluster: a pod takes 1 to 2 s.
    replacementMs: 2_000,
    outpacedDnsIntervalMs: 5_000,
  },
};
