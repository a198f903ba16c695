import { isIP } from "node:net";
import { envoyProtos } from "../codec/envoy-protos.ts";
import { encodeJson } from "../codec/from-json.ts";
import type { InsertedHttpFilter } from "./inbound-workload.ts";
import type { MeshEndpoint, MeshModel, MeshService, PeerAuthentication } from "./mesh-model.ts";
import type { FaultInjection, MeshDestination, MeshRoute, RetryPolicy } from "./mesh-route.ts";
import { serviceHost } from "./names.ts";

/** A model that cannot be served; `mistakes` holds every one that was found. What was served before stays served. */
export class InvalidModelError extends Error {
  override readonly name = "InvalidModelError";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`the model cannot be served: ${mistakes.join("; ")}`);
    this.mistakes = mistakes;
  }
}

const HTTP_FILTER = "envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter";
/** `uint32` of protobuf: the limit of a weight. */
const MAX_WEIGHT = 2 ** 32 - 1;

/**
 * Checks what would become a malformed resource or could never be reached. What is well-formed but not to a client's liking is
 * left to the client, whose NACK says so.
 * @throws InvalidModelError
 */
export function assertValidModel({ services, workloads = [], peerAuthentications = [] }: MeshModel): void {
  const mistakes = [
    ...twice(services.map((service) => `service ${serviceHost(service)}:${service.port}`)),
    ...twice(services.map((service) => `cluster IP ${service.clusterIp}:${service.port}`)),
    ...services.flatMap((service) => [...serviceMistakes(service), ...strayMistakes(service, services)]),
    ...twice(workloads.map(({ address, port }) => `workload ${address}:${port}`)),
    ...workloads.flatMap((workload) => [
      ...addressMistakes(`workload ${workload.address}`, workload),
      ...addressMistakes("its application", { address: workload.appAddress, port: workload.appPort }),
      ...(workload.httpFilters ?? []).flatMap(filterMistakes),
    ]),
    ...peerAuthenticationMistakes(peerAuthentications),
  ];
  if (mistakes.length > 0) throw new InvalidModelError(mistakes);
}

/** One that cannot be encoded would end every stream that it is sent on. */
function filterMistakes({ filter }: InsertedHttpFilter): string[] {
  try {
    encodeJson(envoyProtos().lookupType(HTTP_FILTER), filter);
    return [];
  } catch (error) {
    return [`an inserted filter: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function serviceMistakes(service: MeshService): string[] {
  const { name, namespace, port, clusterIp, subsets = [], serviceAccounts, endpoints, routes = [] } = service;
  const mistakes = [
    ...(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) ? [] : [`"${name}" is not a DNS label`]),
    ...(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace) ? [] : [`namespace "${namespace}" is not a DNS label`]),
    ...addressMistakes("cluster IP", { address: clusterIp, port }),
    ...twice(subsets.map((subset) => `subset ${subset.name}`)),
    // Istio and gRPC take an empty list for "any identity".
    ...(serviceAccounts?.length === 0 ? ['serviceAccounts is empty: name one, or leave it out for "default"'] : []),
    ...twice(endpoints.map((endpoint) => `endpoint ${endpoint.address}:${endpoint.port}`)),
    ...endpoints.flatMap(endpointMistakes),
    ...localityMistakes(endpoints),
    ...policyMistakes(service),
    ...routes.flatMap((route, index) => routeMistakes(route, index, new Set(subsets.map((subset) => subset.name)))),
  ];
  return mistakes.map((mistake) => `${serviceHost(service)}: ${mistake}`);
}

/** A client would wait for the cluster of a service that is not there. */
function strayMistakes(from: MeshService, services: readonly MeshService[]): string[] {
  const named = (from.routes ?? []).flatMap(placesOf).flatMap(({ service }) => service ?? []);
  const isThere = (wanted: string) =>
    services.some(({ name, namespace, port }) => name === wanted && namespace === from.namespace && port === from.port);
  return named
    .filter((name) => !isThere(name))
    .map((name) => `${serviceHost(from)}: a route leads to the service "${name}", which is not there`);
}

/** Where the calls of a route go, copies included. */
function placesOf({ destinations, mirrors = [] }: MeshRoute): Pick<MeshDestination, "service" | "subset">[] {
  return [...destinations, ...mirrors];
}

/** Istio takes the oldest of those that speak of the same pods; a model has no ages. */
function peerAuthenticationMistakes(policies: readonly PeerAuthentication[]): string[] {
  const pods = ({ namespace, labels }: PeerAuthentication) =>
    labels === undefined ? namespace : `${namespace} with ${JSON.stringify(labels)}`;
  return twice(policies.map((policy) => `peerAuthentication for ${pods(policy)}`));
}

function endpointMistakes(endpoint: MeshEndpoint): string[] {
  const what = `endpoint ${endpoint.address}`;
  return [...addressMistakes(what, endpoint), ...weightMistakes(what, endpoint.weight, 1)];
}

/** A locality's weight is the sum of its endpoints', and is a `uint32` as well. */
function localityMistakes(endpoints: readonly MeshEndpoint[]): string[] {
  const localities = Map.groupBy(endpoints, ({ region = "", zone = "" }) => `${region}/${zone}`);
  const heavy = [...localities].filter(([, members]) => totalWeight(members) > MAX_WEIGHT);
  return heavy.map(([locality]) => `the weights of locality "${locality}" add up to more than ${MAX_WEIGHT}`);
}

function routeMistakes(route: MeshRoute, index: number, subsets: ReadonlySet<string>): string[] {
  const own = placesOf(route).filter(({ service }) => service === undefined);
  const unknown = own.filter(({ subset }) => subset !== undefined && !subsets.has(subset));
  const mistakes = [
    ...unknown.map(({ subset }) => `there is no subset "${subset}" (there is: ${[...subsets].join(", ") || "none"})`),
    ...route.destinations.flatMap(({ weight }) => weightMistakes("a destination", weight, 0)),
    ...(totalWeight(route.destinations) > 0 ? [] : ["no destination has a weight above 0"]),
    ...policyMistakes(route),
    ...faultMistakes(route.fault),
    ...(route.mirrors ?? []).flatMap((mirror) => percentageMistakes("a mirror's", mirror)),
  ];
  return mistakes.map((mistake) => `route ${route.name ?? index}: ${mistake}`);
}

function policyMistakes({ timeoutMs, retries }: { timeoutMs?: number; retries?: RetryPolicy }): string[] {
  const badTimeout = timeoutMs !== undefined && !(Number.isFinite(timeoutMs) && timeoutMs > 0);
  const badAttempts = retries !== undefined && !(Number.isInteger(retries.attempts) && retries.attempts >= 0);
  return [
    ...(badTimeout ? [`timeoutMs is ${timeoutMs}, not a number above 0`] : []),
    ...(badAttempts ? [`retries.attempts is ${retries.attempts}, not 0 or a whole number above`] : []),
  ];
}

function faultMistakes({ delay, abort }: FaultInjection = {}): string[] {
  const delayMs = delay?.fixedDelayMs ?? 1;
  return [
    ...[delay, abort].flatMap((fault) => percentageMistakes("a fault's", fault)),
    ...(Number.isFinite(delayMs) && delayMs > 0 ? [] : [`a fault's delay is ${delayMs} ms, not a number above 0`]),
  ];
}

function percentageMistakes(whose: string, { percentage = 0 }: { readonly percentage?: number } = {}): string[] {
  if (percentage >= 0 && percentage <= 100) return [];
  return [`${whose} percentage is ${percentage}, not a number from 0 to 100`];
}

function addressMistakes(what: string, { address, port }: { address: string; port: number }): string[] {
  return [
    ...(isIP(address) === 0 ? [`${what}: "${address}" is not an IP address`] : []),
    ...(Number.isInteger(port) && port > 0 && port < 65_536 ? [] : [`${what}: ${port} is not a port`]),
  ];
}

function weightMistakes(what: string, weight = 1, least: number): string[] {
  const fits = Number.isInteger(weight) && weight >= least && weight <= MAX_WEIGHT;
  return fits ? [] : [`${what}: weight ${weight} is not a whole number from ${least} to ${MAX_WEIGHT}`];
}

function totalWeight(weighted: readonly { readonly weight?: number }[]): number {
  return weighted.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

function twice(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const repeated = names.filter((name) => seen.size === seen.add(name).size);
  return [...new Set(repeated)].map((name) => `${name} occurs twice`);
}
