import type { ContainerCost, Expectation } from "@grpc-lb-lab/measure";
import type { ContainerKind } from "@grpc-lb-lab/stage-api";
import { onlyAgeingFails } from "../aged-connections.ts";
import type { Observation } from "../observation.ts";
import { containerCosts, cpuMsOf } from "./container-costs.ts";

const BACKEND = "backend";

const APPLICATIONS: readonly ContainerKind[] = [
  { deployment: "client", role: "app" },
  { deployment: BACKEND, role: "app" },
];

/** Envoy needs more than ten times as much for 1,000 calls: Istio measures 320 ms with a client, 244 ms with a server. */
const LEAST_PROXY_MS = 10;
/** An agent fetches certificates and forwards configuration, and sees no call. */
const MOST_AGENT_PART = 0.25;

/** What must come out of `cost`: figures of every container that the mode has, and proxies that calls pass through or not, as it says. */
export function costExpectations(observation: Observation): Expectation[] {
  const costs = containerCosts(observation);
  return [
    onlyAgeingFails(observation),
    everyPartMetered(observation, costs),
    ...(observation.beside.some(({ role }) => role === "proxy") ? [proxiesWork(costs)] : []),
    ...(observation.beside.some(({ role }) => role === "agent") ? [agentsRest(costs)] : []),
  ];
}

function everyPartMetered({ beside, knobs }: Observation, costs: readonly ContainerCost[]): Expectation {
  const wanted = [...APPLICATIONS, ...beside].map(({ deployment, role }) => `${deployment} ${role}`);
  const metered = costs.map(({ deployment, role }) => `${deployment} ${role}`);
  const missing = wanted.filter((part) => !metered.includes(part));
  const unexpected = metered.filter((part) => !wanted.includes(part));
  const partly = costs.filter(({ deployment, containers }) => deployment === BACKEND && containers !== knobs.pods);
  const wrong = [
    ...missing.map((part) => `no ${part}`),
    ...unexpected.map((part) => `also ${part}`),
    ...partly.map(({ deployment, role, containers }) => `${containers} of ${knobs.pods} of ${deployment} ${role}`),
  ];
  return {
    id: "every-part-metered",
    what: `figures come from ${wanted.join(", ")}, and from no other container`,
    bound: `${wanted.length} kinds of containers`,
    measured: `${metered.length}${wrong.length === 0 ? "" : ` (${wrong.join(", ")})`}`,
    ok: wrong.length === 0,
  };
}

function proxiesWork(costs: readonly ContainerCost[]): Expectation {
  const least = Math.min(...costs.filter(({ role }) => role === "proxy").map(({ cpuMsPer1000Calls: ms }) => ms));
  return {
    id: "proxies-work",
    what: "every proxy uses CPU time, because calls pass through it",
    bound: `>= ${LEAST_PROXY_MS} ms per 1,000 calls`,
    measured: Number.isFinite(least) ? `${Math.round(least)} ms` : "no proxy",
    ok: Number.isFinite(least) && least >= LEAST_PROXY_MS,
  };
}

function agentsRest(costs: readonly ContainerCost[]): Expectation {
  const [agents, applications] = [cpuMsOf(costs, "agent"), cpuMsOf(costs, "app")];
  return {
    id: "agents-rest",
    what: "agents use little CPU time compared with the applications, because no call passes through them",
    bound: `<= ${MOST_AGENT_PART * 100} % of the applications'`,
    measured: applications === 0 ? "no application" : `${((100 * agents) / applications).toFixed(1)} %`,
    ok: applications > 0 && agents <= MOST_AGENT_PART * applications,
  };
}
