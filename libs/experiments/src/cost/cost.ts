import { setTimeout as delay } from "node:timers/promises";
import type { RunResult } from "@grpc-lb-lab/measure";
import type { ContainerUsage, Deployment } from "@grpc-lb-lab/stage-api";
import type { Course, Experiment } from "../experiment.ts";
import { latency } from "../figures.ts";
import { failedCalls, type Observation } from "../observation.ts";
import { partOfCalls } from "../quantity.ts";
import { containerCosts, cpuMsOf, METERED, sameContainer } from "./container-costs.ts";
import { costExpectations } from "./cost-expectations.ts";

/** Long enough that what happens once in a while, as a probe or a collection of garbage, counts as often as it must. */
const METERED_MS = 12_000;
/** A kubelet may look at containers as seldom as every 15 s. */
const DEADLINE_MS = 60_000;
const LOOK_AGAIN_MS = 500;

/** `cost`: what does a call cost in CPU, memory and latency? With mutual TLS where a mesh brings it. */
export const cost: Experiment = {
  name: "cost",
  question: "What does a call cost in CPU, memory and latency?",
  alone: true,
  needs: { containerUsage: true },
  load: { kind: "unary", ratePerSecond: 200 },
  mutualTls: "on",
  course: meter,
  roughSeconds: () => 27,
  expectations: costExpectations,
  figures: [{ id: "cpu", heading: ["CPU of", "1,000 calls"], unit: "ms", rank: 80, read: allCpu }, latency("p50", 90)],
  summary,
};

/** `cost-plaintext`: the same without mutual TLS. The difference is what encryption costs. */
export const costPlaintext: Experiment = {
  ...cost,
  name: "cost-plaintext",
  question: "What does a call cost without mutual TLS?",
  needs: { containerUsage: true, meshEncryption: true },
  mutualTls: "off",
};

/** CPU time of everything that 1,000 calls pass through, the applications included, in ms. */
function allCpu({ cost: metered }: Omit<RunResult, "figures">): number[] {
  if (metered === undefined || metered.containers.length === 0) return [];
  return [cpuMsOf(metered.containers, "app", "proxy", "agent")];
}

async function meter({ deployment, phase, keepUsage, note, signal }: Course): Promise<void> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const atStart = await deployment.containerUsage();
  const before = await usageOnce(deployment, isLaterBy(1), atStart, late);
  note("meter");
  await phase(METERED, async () => {
    const after = await usageOnce(deployment, isLaterBy(METERED_MS), before, late);
    keepUsage(before, after);
  });
}

type IsNew = (now: ContainerUsage, then: ContainerUsage) => boolean;

function isLaterBy(ms: number): IsNew {
  return (now, then) => now.atMs >= then.atMs + ms;
}

/** The usage once each container's figures are new enough beside those of `then`; what they are at the deadline, else. */
async function usageOnce(
  deployment: Deployment,
  isNew: IsNew,
  then: readonly ContainerUsage[],
  late: AbortSignal,
): Promise<readonly ContainerUsage[]> {
  while (true) {
    const usage = await deployment.containerUsage();
    const old = usage.some((now) => {
      const before = sameContainer(then, now);
      return before !== undefined && !isNew(now, before);
    });
    if (!old || late.aborted) return usage;
    await delay(LOOK_AGAIN_MS, undefined, { signal: late }).catch(() => {}); // The last figures then.
  }
}

function summary(observation: Observation): string {
  const { records } = observation;
  const costs = containerCosts(observation);
  const beside = cpuMsOf(costs, "proxy", "agent");
  const proxies = beside === 0 ? "none in proxies or agents" : `${Math.round(beside)} ms in proxies and agents`;
  const failed = failedCalls(records).length;
  const failures = failed === 0 ? "" : `; ${partOfCalls(failed, records.length)} failed`;
  const plaintext = observation.mutualTls === "off" ? " in plaintext" : "";
  return `1,000 calls${plaintext} took ${Math.round(cpuMsOf(costs, "app"))} ms of CPU in the applications and ${proxies}${failures}.`;
}
