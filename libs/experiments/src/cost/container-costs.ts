import type { ContainerCost } from "@grpc-lb-lab/measure";
import type { ContainerUsage } from "@grpc-lb-lab/stage-api";
import { callsOfPhase, type Observation } from "../observation.ts";

/** The phase whose calls are set against what containers used. */
export const METERED = "metered";

const BYTES_PER_MIB = 1_048_576;

/** Calls per second that were answered while containers were metered; 0 when nothing was. */
export function answeredPerSecond({ phases, records }: Observation): number {
  const metered = phases.find(({ name }) => name === METERED);
  if (metered === undefined) return 0;
  const answered = callsOfPhase(records, metered).filter(({ code }) => code === 0).length;
  return (1_000 * answered) / (metered.toMs - metered.fromMs);
}

/** What 1,000 calls cost each Deployment's containers, role by role; empty when nothing was metered, or nothing answered. */
export function containerCosts(observation: Observation): ContainerCost[] {
  const perSecond = answeredPerSecond(observation);
  const { before, after } = observation.usage ?? { before: [], after: [] };
  if (perSecond === 0) return [];
  const spans = after.flatMap((now) => spanOf(before, now) ?? []);
  const groups = Map.groupBy(spans, ({ deployment, role }) => `${deployment} ${role}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const cpuMsPerSecond = group.reduce((sum, span) => sum + span.cpuMsPerSecond, 0);
    const memoryBytes = group.reduce((sum, span) => sum + span.memoryBytes, 0) / group.length;
    return {
      deployment: first.deployment,
      role: first.role,
      containers: group.length,
      cpuMsPer1000Calls: (1_000 * cpuMsPerSecond) / perSecond,
      memoryMiB: memoryBytes / BYTES_PER_MIB,
    };
  });
}

/** CPU time of all containers of some roles, in ms per 1,000 calls. */
export function cpuMsOf(costs: readonly ContainerCost[], ...roles: readonly ContainerCost["role"][]): number {
  return costs.reduce((ms, { role, cpuMsPer1000Calls }) => ms + (roles.includes(role) ? cpuMsPer1000Calls : 0), 0);
}

/** The figures among `others` of the same container as `usage` is of; undefined when it was not there. */
export function sameContainer(others: readonly ContainerUsage[], usage: ContainerUsage): ContainerUsage | undefined {
  return others.find(({ pod, container }) => pod === usage.pod && container === usage.container);
}

/** What a container used per second; undefined when it was not there at both ends, or had no new figures at the second. */
function spanOf(before: readonly ContainerUsage[], now: ContainerUsage) {
  const then = sameContainer(before, now);
  if (then === undefined || now.atMs <= then.atMs || now.cpuMs < then.cpuMs) return undefined;
  const { deployment, role, memoryBytes } = now;
  return { deployment, role, memoryBytes, cpuMsPerSecond: (1_000 * (now.cpuMs - then.cpuMs)) / (now.atMs - then.atMs) };
}
