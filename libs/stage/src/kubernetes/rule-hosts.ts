import { BACKEND } from "@grpc-lb-lab/cluster";
import type { GrpcRouteRules, IstioRules, Json, JsonObject, RuleObject } from "@grpc-lb-lab/stage-api";

/** Of objects of these kinds it is known which hosts they are about; others may change what is sent of any. */
const WITH_HOSTS = new Set(["VirtualService", "DestinationRule", "ServiceEntry", "GRPCRoute"]);
/** What a Service is called in a mesh: `backend.lab-mesh.svc.cluster.local`, also within `outbound|50051|v1|…`. */
const SERVICE_NAMES = /([a-z0-9-]+\.[a-z0-9-]+)\.svc(?:\.[a-z0-9-]+)+/g;

/**
 * The hosts that rules are about, Services as `backend.lab-mesh`; undefined: any host.
 * @param namespace - of the rules, which short names are of.
 */
export function ruleHosts(
  { objects }: IstioRules | GrpcRouteRules,
  namespace: string,
): ReadonlySet<string> | undefined {
  if (!objects.every(({ kind }) => WITH_HOSTS.has(kind))) return undefined;
  const names = objects.flatMap(namesOf);
  if (names.some((name) => name.includes("*"))) return undefined;
  return new Set(names.map((name) => inFull(name, namespace)));
}

/** The Services that words name, as {@link ruleHosts} has them. */
export function servicesNamedIn(words: string): readonly string[] {
  return [...words.matchAll(SERVICE_NAMES)].map(([, name = ""]) => name);
}

/** A route without a parent is the Service's. */
function namesOf({ kind, spec }: RuleObject): readonly string[] {
  return kind === "GRPCRoute"
    ? [BACKEND, ...values(spec, "name")]
    : [...values(spec, "host"), ...values(spec, "hosts")];
}

/** The texts that a field has, wherever it is in an object. */
function values(object: JsonObject, field: string): readonly string[] {
  return Object.entries(object).flatMap(([name, value]) => [
    ...(name === field ? texts(value) : []),
    ...[value].flat().flatMap((one) => (isObject(one) ? values(one, field) : [])),
  ]);
}

function texts(value: Json): readonly string[] {
  return [value].flat().filter((one) => typeof one === "string");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function inFull(name: string, namespace: string): string {
  const [service] = servicesNamedIn(name);
  return service ?? (name.includes(".") ? name : `${name}.${namespace}`);
}
