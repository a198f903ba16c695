import type { Rule } from "../rule.ts";
import { serverContainers } from "./server-containers.ts";

/** Clients go on calling a pod that goes, until they have learnt of it. */
export const drainPresent: Rule = {
  name: "drain-present",
  why: "each rollout and each scale-down fails calls: clients and proxies learn of the end of a pod some time after the pod does",
  source: "grpc/grpc-go#4650",
  shownBy: "lab run watch rollout",
  check: (set) =>
    serverContainers(set)
      .filter(({ preStop, drainDelayMs }) => !preStop.isSet && drainDelayMs === 0)
      .map(({ workload, container, path }) => ({
        object: workload.manifest,
        field: path,
        reason: `container ${container.name} stops serving as soon as it is told to end, before its clients know`,
        remedy: "add lifecycle.preStop.sleep (a few seconds), or set DRAIN_DELAY_MS",
        fix: "lifecycle: {preStop: {sleep: {seconds: 5}}}",
      })),
};
