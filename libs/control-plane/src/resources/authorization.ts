import type { Json, JsonObject } from "../json.ts";
import type { AuthorizationPolicy, AuthorizationRule, AuthorizedOperation } from "../model/inbound-workload.ts";
import { httpFilter } from "./http-connection-manager.ts";

const NOBODY = { notId: { any: true } };
const NOTHING = { notRule: { any: true } };
const ANYBODY = { andIds: { ids: [{ any: true }] } };

/**
 * The HTTP filters (RBAC) of a sidecar whose pod these policies select: those that deny come before those that allow, as istiod's authz builder has them.
 * @see https://github.com/istio/istio/blob/master/pilot/pkg/security/authz/builder/builder.go
 */
export function authorizationFilters(policies: readonly AuthorizationPolicy[] = []): JsonObject[] {
  return (["DENY", "ALLOW"] as const).flatMap((action) => {
    const own = policies.filter((policy) => policy.action === action);
    if (own.length === 0) return [];
    // ALLOW is the enum's default.
    const rules = { action: action === "ALLOW" ? undefined : action, policies: Object.fromEntries(own.flatMap(named)) };
    return [httpFilter("rbac", "RBAC", { rules })];
  });
}

function named({ name, rules }: AuthorizationPolicy): [string, JsonObject][] {
  if (rules.length === 0) return [[`${name}-rule[0]`, { permissions: [NOTHING], principals: [NOBODY] }]];
  return rules.map((rule, index) => [`${name}-rule[${index}]`, policyOf(rule)]);
}

function policyOf({ operations }: AuthorizationRule): JsonObject {
  return {
    permissions: operations.length === 0 ? [permission({})] : operations.map(permission),
    principals: [ANYBODY],
  };
}

function permission({ paths, notPaths, methods, notMethods }: AuthorizedOperation): JsonObject {
  const rules = [
    ...anyOf(methods, methodRule),
    ...noneOf(notMethods, methodRule),
    ...anyOf(paths, pathRule),
    ...noneOf(notPaths, pathRule),
  ];
  return { andRules: { rules: rules.length === 0 ? [{ any: true }] : rules } };
}

type RuleOf = (text: string) => JsonObject;

function anyOf(texts: readonly string[] = [], rule: RuleOf): Json[] {
  return texts.length === 0 ? [] : [{ orRules: { rules: texts.map(rule) } }];
}

function noneOf(texts: readonly string[] | undefined, rule: RuleOf): Json[] {
  return anyOf(texts, rule).map((notRule) => ({ notRule }));
}

function pathRule(text: string): JsonObject {
  return { urlPath: { path: stringMatch(text) } };
}

function methodRule(text: string): JsonObject {
  return {
    header: { name: ":method", ...(text === "*" ? { presentMatch: true } : { stringMatch: stringMatch(text) }) },
  };
}

function stringMatch(text: string): JsonObject {
  if (text === "*") return { safeRegex: { regex: ".+" } };
  if (text.startsWith("*")) return { suffix: text.slice(1) };
  return text.endsWith("*") ? { prefix: text.slice(0, -1) } : { exact: text };
}
