import type { Rule } from "../rule.ts";
import { serverContainers } from "./server-containers.ts";

/** Kubernetes' default, in s. */
const DEFAULT_GRACE_S = 30;

/** The kubelet's time runs from the start of the preStop hook, and ends with SIGKILL. */
export const drainTime: Rule = {
  name: "drain-time",
  why: "the calls that are still in flight are cut, and new ones are refused",
  source: "grpc/grpc-node#2091",
  shownBy: "lab run watch rollout",
  check: (set) =>
    serverContainers(set).flatMap(({ workload, container, preStop, drainDelayMs, shutdownGraceMs }) => {
      const graceS = workload.pod.terminationGracePeriodSeconds ?? DEFAULT_GRACE_S;
      const neededS = preStop.sleepS + (drainDelayMs + shutdownGraceMs) / 1000;
      if (neededS < graceS) return [];
      return {
        object: workload.manifest,
        field: [...workload.podPath, "terminationGracePeriodSeconds"],
        reason: `container ${container.name} may take ${neededS} s to drain (preStop, DRAIN_DELAY_MS, SHUTDOWN_GRACE_MS) and is killed after ${graceS} s`,
        remedy: "make terminationGracePeriodSeconds longer than all of them together",
        fix: `terminationGracePeriodSeconds: ${Math.ceil(neededS) + SPARE_S}`,
      };
    }),
};

/** For the application's own end, in s. */
const SPARE_S = 10;
