import { setTimeout as delay } from "node:timers/promises";
import type { KubeClient, KubeCondition, KubeObject } from "@grpc-lb-lab/cluster";
import type { Refusal } from "@grpc-lb-lab/stage-api";
import { objectsPath } from "./changed-object.ts";
import type { RuleKind } from "./rule-kinds.ts";

/** A GRPCRoute with what its controllers say of it. */
export interface RouteWithStatus extends KubeObject {
  readonly status?: {
    readonly parents?: readonly {
      readonly controllerName: string;
      readonly conditions?: readonly (KubeCondition & { readonly observedGeneration?: number })[];
    }[];
  };
}

/** Controllers take their time where many routes change; nobody but they can tell. */
const PATIENCE_MS = 15_000;
const LOOK_AGAIN_MS = 200;

/** What every controller says of a route: whether it attaches it, and finds what it refers to. */
const SAID_OF_ALL = ["Accepted", "ResolvedRefs"];

/**
 * Waits until a controller has said what it makes of a route as it is now, and resolves with what speaks against it.
 * @see https://gateway-api.sigs.k8s.io/guides/implementers-guide/#standard-status-fields-and-conditions
 */
export async function routeRefusals(
  client: KubeClient,
  namespace: string,
  route: RuleKind & { readonly name: string },
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const path = `${objectsPath(namespace, route)}/${route.name}`;
  const late = AbortSignal.timeout(PATIENCE_MS);
  while (!late.aborted) {
    const refusals = refusalsOf(await client.get<RouteWithStatus>(path, signal));
    if (refusals !== undefined) return refusals;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
  const reason = `GRPCRoute ${route.name} has no status after ${PATIENCE_MS / 1_000} s: no controller has taken it`;
  return [{ by: "the Gateway's controller", reason }];
}

/** What controllers have against a route as it is now; undefined: none has looked at it yet. */
export function refusalsOf({ metadata, status }: RouteWithStatus): readonly Refusal[] | undefined {
  const told = (status?.parents ?? []).map(({ controllerName, conditions = [] }) => ({
    by: controllerName,
    conditions: conditions.filter(({ observedGeneration = 0 }) => observedGeneration >= (metadata.generation ?? 0)),
  }));
  const haveLooked = told.some(({ conditions }) =>
    SAID_OF_ALL.every((type) => conditions.some((condition) => condition.type === type)),
  );
  if (!haveLooked) return undefined;
  return told.flatMap(({ by, conditions }) =>
    conditions.filter(({ status: is }) => is === "False").map((condition) => ({ by, reason: inWords(condition) })),
  );
}

function inWords({ type, reason = "", message = "" }: KubeCondition): string {
  return `${type}: False, ${reason}${message && `: ${message}`}`;
}
