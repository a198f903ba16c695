import type { AuthorizationPolicy, InboundWorkload, InsertedHttpFilter, JsonObject } from "@grpc-lb-lab/control-plane";
import { hasLabels } from "@grpc-lb-lab/control-plane/has-labels";
import { given } from "./given.ts";
import type { IstioRule } from "./istio-manifest.ts";

type RuleOf<Kind extends IstioRule["kind"]> = Extract<IstioRule, { kind: Kind }>;
type Labels = Readonly<Record<string, string>>;

/** What rules say of what comes to a pod. */
export type RuledWorkload = Pick<InboundWorkload, "authorization" | "httpFilters">;

/** What rules say of a pod with these labels. */
export function toWorkloadRules(rules: readonly IstioRule[], labels: Labels): RuledWorkload {
  const authorization = rules.flatMap((rule) =>
    rule.kind === "AuthorizationPolicy" && hasLabels(labels, rule.spec.selector?.matchLabels)
      ? [toAuthorization(rule)]
      : [],
  );
  const httpFilters = rules.flatMap((rule) =>
    rule.kind === "EnvoyFilter" && hasLabels(labels, rule.spec.workloadSelector?.labels) ? toInserted(rule) : [],
  );
  return { ...(authorization.length > 0 && { authorization }), ...(httpFilters.length > 0 && { httpFilters }) };
}

function toAuthorization({ metadata, spec }: RuleOf<"AuthorizationPolicy">): AuthorizationPolicy {
  const rules = spec.rules.map(({ to }) => ({ operations: to.map(({ operation }) => given(operation)) }));
  return { name: `policy[${metadata.name}]`, action: spec.action, rules };
}

/** To come first, or before no filter of a name, is the same to istiod. */
function toInserted({ spec }: RuleOf<"EnvoyFilter">): InsertedHttpFilter[] {
  return spec.configPatches.map(({ match, patch }) => {
    const before = match.listener?.filterChain?.filter?.subFilter?.name;
    const isPlaced = patch.operation === "INSERT_BEFORE" && before !== undefined;
    return { filter: patch.value as JsonObject, ...(isPlaced && { before }) };
  });
}
