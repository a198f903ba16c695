import { setTimeout as delay } from "node:timers/promises";
import type { KubeClient, KubeCondition, KubeObject } from "@grpc-lb-lab/cluster";
import { InputError, type Refusal } from "@grpc-lb-lab/stage-api";
import { type ObjectName, objectsPath } from "./changed-object.ts";

/** A GRPCRoute with what its controllers say of it. */
export interface RouteWithStatus extends KubeObject {
  readonly spec?: { readonly parentRefs?: readonly { readonly kind?: string; readonly name: string }[] };
  readonly status?: {
    readonly parents?: readonly {
      readonly controllerName: string;
      readonly conditions?: readonly (KubeCondition & { readonly observedGeneration?: number })[];
    }[];
  };
}

/** What controllers make of a route as it is now. */
export interface RouteVerdict {
  /** Who does not accept it, by the condition `Accepted`. */
  readonly refusals: readonly Refusal[];
  /** What else speaks against it though it is accepted, in words: something that it refers to is not found, a part of it is dropped. */
  readonly problems: readonly string[];
}

/** Controllers take their time where many routes change; nobody but they can tell. */
const PATIENCE_MS = 15_000;
const LOOK_AGAIN_MS = 200;

/** What every controller says of a route: whether it attaches it, and finds what it refers to. */
const SAID_OF_ALL = ["Accepted", "ResolvedRefs"];
/** Bad where it holds, unlike all others. */
const BAD_IF_TRUE = "PartiallyInvalid";

/**
 * Waits until a controller has said what it makes of a route as it is now.
 * @see https://gateway-api.sigs.k8s.io/guides/implementers-guide/#standard-status-fields-and-conditions
 * @throws {InputError} with the remedy where none has: then nobody refuses the route, and nobody has it either.
 */
export async function routeVerdict(
  client: KubeClient,
  namespace: string,
  route: ObjectName,
  signal: AbortSignal,
  patienceMs: number = PATIENCE_MS,
): Promise<RouteVerdict> {
  const path = `${objectsPath(namespace, route)}/${route.name}`;
  const late = AbortSignal.timeout(patienceMs);
  for (;;) {
    const now = await client.get<RouteWithStatus>(path, signal);
    const verdict = verdictOf(now);
    if (verdict !== undefined) return verdict;
    if (late.aborted) throw untaken(client, namespace, now, patienceMs);
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/** What controllers make of a route as it is now; undefined: none has looked at it yet. */
export function verdictOf({ metadata, status }: RouteWithStatus): RouteVerdict | undefined {
  const told = (status?.parents ?? []).map(({ controllerName, conditions = [] }) => ({
    by: controllerName,
    conditions: conditions.filter(({ observedGeneration = 0 }) => observedGeneration >= (metadata.generation ?? 0)),
  }));
  const haveLooked = told.some(({ conditions }) =>
    SAID_OF_ALL.every((type) => conditions.some((condition) => condition.type === type)),
  );
  if (!haveLooked) return undefined;
  const against = told.flatMap(({ by, conditions }) =>
    conditions.filter(isBad).map((condition) => ({ by, condition, reason: inWords(condition) })),
  );
  const isRefusal = ({ condition }: { readonly condition: KubeCondition }) => condition.type === "Accepted";
  return {
    refusals: against.filter(isRefusal).map(({ by, reason }) => ({ by, reason })),
    problems: against
      .filter((one) => !isRefusal(one))
      .map(({ by, reason }) => `${by} says of GRPCRoute ${metadata.name}: ${reason}`),
  };
}

function isBad({ type, status }: KubeCondition): boolean {
  return status === (type === BAD_IF_TRUE ? "True" : "False");
}

function inWords({ type, status, reason = "", message = "" }: KubeCondition): string {
  return `${type}: ${status}, ${reason}${message && `: ${message}`}`;
}

function untaken(
  { context }: KubeClient,
  namespace: string,
  { metadata: { name }, spec, status }: RouteWithStatus,
  patienceMs: number,
): InputError {
  const parents = (spec?.parentRefs ?? []).map((parent) => `${parent.kind ?? "Gateway"} ${parent.name}`);
  const [of] = (status?.parents ?? []).map(({ controllerName }) => controllerName);
  const who = of === undefined ? "no controller has taken" : `the controller ${of} has not looked at`;
  const remedy =
    of === undefined
      ? "install one that serves this parent (make istio; make deploy-<mode> for a Gateway's class)"
      : "see its log, and whether it runs";
  return new InputError(
    `${who} GRPCRoute ${name} in namespace ${namespace} (parent: ${parents.join(", ") || "none"}) within ${patienceMs / 1_000} s, so that it is in force for nobody and refused by nobody: ${remedy}; kubectl --context ${context} -n ${namespace} get grpcroute ${name} -o yaml`,
  );
}
