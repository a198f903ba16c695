import type { Rule } from "../rule.ts";
import { serverContainers } from "./server-containers.ts";

/** Clients go on calling a pod that goes, until they have learnt of it. */
export const drainPresent: Rule = {
  name: "drain-present",
  source: "grpc/grpc-go#4650",
  check: (set) =>
    serverContainers(set)
      .filter(({ sleepS, drainDelayMs }) => sleepS === 0 && drainDelayMs === 0)
      .map(({ workload, container }) => ({
        object: workload.manifest,
        reason: `container ${container.name} stops serving as soon as it is told to end, before its clients know`,
        remedy: "add lifecycle.preStop.sleep (a few seconds), or set DRAIN_DELAY_MS",
      })),
};
