import { InputError, type Rules, type RulesIn, RulesRefusedError } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import { GrpcRoute, type GrpcRouteRule } from "./grpc-route.ts";
import { explain, KINDS, leftOut, readIstioRules, type WrittenRule } from "./istio-manifest.ts";
import { IstioRules, keyOf, type RuledNames, type RuledService } from "./istio-rules.ts";
import { toGrpcRoutes } from "./to-grpc-routes.ts";
import type { RuledWorkload } from "./to-workload-rules.ts";

/** What rules say of the Services of a mesh. */
export interface MeshRules {
  service(name: string): RuledService;
  /** What comes to a pod with these labels, where a proxy stands before it. */
  workload(labels: Readonly<Record<string, string>>): RuledWorkload;
}

/**
 * Reads rules for a control plane without mutual TLS; undefined: there are none in a dialect that a control plane speaks.
 * @throws {RulesRefusedError} what the API server or istiod's webhook refuses.
 * @throws {InputError} what the lab's own control plane cannot do, though istiod can.
 */
export function meshRules(rules: Rules | undefined, names: RuledNames): MeshRules | undefined {
  if (rules?.dialect === "Istio") return istioRules(rules, names);
  return rules?.dialect === "GRPCRoute" ? grpcRoutes(rules, names) : undefined;
}

function istioRules({ objects }: RulesIn<"Istio">, names: RuledNames): MeshRules {
  const stranger = objects.find(({ kind }) => !KINDS.includes(kind));
  if (stranger !== undefined) beyond(`${stranger.kind} ${stranger.metadata.name}`);
  const { written, mistakes, notHere } = readIstioRules(objects);
  const refused = mistakes.filter((mistake) => !notHere.includes(mistake));
  if (refused.length > 0) throw new RulesRefusedError("istiod's webhook", refused.join("; "));
  if (notHere.length > 0) beyond(notHere.join("; "));
  for (const { rule, unknown } of written) {
    if (unknown.length > 0) beyond(`${keyOf(rule)}, ${unknown.join(", ")}`);
  }
  if (written.some(asksForTls)) beyond("mutual TLS");
  const istio = new IstioRules(names);
  istio.apply(written);
  return istio;
}

function asksForTls({ rule }: WrittenRule): boolean {
  if (rule.kind === "PeerAuthentication") return rule.spec.mtls?.mode === "STRICT";
  return rule.kind === "DestinationRule" && rule.spec.trafficPolicy?.tls?.mode === "ISTIO_MUTUAL";
}

/** To leave it out would look as if the mode ignored it. */
function beyond(what: string): never {
  throw new InputError(`the lab's own control plane cannot do this: ${what}; use --stage kubernetes, where istiod can`);
}

function grpcRoutes({ objects }: RulesIn<"GRPCRoute">, names: RuledNames): MeshRules {
  const stranger = objects.find(({ kind }) => kind !== "GRPCRoute");
  if (stranger !== undefined) beyond(`${stranger.kind} ${stranger.metadata.name}`);
  const routes = objects.map((object) => {
    const { success, output, issues } = v.safeParse(GrpcRoute, object);
    const mistakes = success
      ? leftOut(object, output).map((field) => `GRPCRoute ${object.metadata.name}: unknown field "${field}"`)
      : issues.map((issue) => explain(object, issue));
    if (!success || mistakes.length > 0) throw new RulesRefusedError("the API server", mistakes.join("; "));
    return output;
  });
  for (const route of routes) assertKnown(route, names);
  return {
    workload: () => ({}),
    service: (name) => ({ routes: routes.filter((route) => parentsOf(route).includes(name)).flatMap(toGrpcRoutes) }),
  };
}

/** The Services that a route is attached to (GAMMA); the stage's own is `backend`. */
function parentsOf({ spec }: GrpcRoute): string[] {
  return spec.parentRefs?.map(({ name }) => name) ?? ["backend"];
}

function assertKnown(route: GrpcRoute, { services, port }: RuledNames): void {
  const gateway = route.spec.parentRefs?.find(({ kind }) => kind !== "Service");
  if (gateway !== undefined) beyond(`${gateway.kind} ${gateway.name}`);
  const backends = route.spec.rules.flatMap(backendsOf);
  const named = [...parentsOf(route), ...backends.map(({ name }) => name)];
  const other = named.find((name) => !services.includes(name));
  if (other !== undefined) refuse(route, `the Service ${other}`, `there are ${services.join(", ")}`);
  const away = backends.find((backend) => backend.port !== port);
  if (away !== undefined) refuse(route, `port ${away.port}`, `the Service's only port is ${port}`);
}

function backendsOf({ backendRefs, filters }: GrpcRouteRule) {
  const mirrors = filters.flatMap((filter) =>
    filter.type === "RequestMirror" ? [filter.requestMirror.backendRef] : [],
  );
  return [...backendRefs, ...mirrors];
}

function refuse({ metadata }: GrpcRoute, what: string, but: string): never {
  throw new InputError(`GRPCRoute ${metadata.name} names ${what}, but ${but}`);
}
