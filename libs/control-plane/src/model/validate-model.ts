import { isIP } from "node:net";
import type { MeshEndpoint, MeshModel, MeshRoute, MeshService, PeerAuthentication, RetryPolicy } from "./mesh-model.ts";
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
    ...services.flatMap((service) => serviceMistakes(service)),
    ...twice(workloads.map(({ address, port }) => `workload ${address}:${port}`)),
    ...workloads.flatMap((workload) => [
      ...addressMistakes(`workload ${workload.address}`, workload),
      ...addressMistakes("its application", { address: workload.appAddress, port: workload.appPort }),
    ]),
    ...peerAuthenticationMistakes(peerAuthentications),
  ];
  if (mistakes.length > 0) throw new InvalidModelError(mistakes);
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
  return heavy.map(([locality]) => `the weights of locality "${locality}" are more than ${MAX_WEIGHT} in all`);
}

function routeMistakes(route: MeshRoute, index: number, subsets: ReadonlySet<string>): string[] {
  const unknown = route.destinations.filter(({ subset }) => subset !== undefined && !subsets.has(subset));
  const mistakes = [
    ...unknown.map(({ subset }) => `there is no subset "${subset}" (there is: ${[...subsets].join(", ") || "none"})`),
    ...route.destinations.flatMap(({ weight }) => weightMistakes("a destination", weight, 0)),
    ...(totalWeight(route.destinations) > 0 ? [] : ["no destination has a weight above 0"]),
    ...policyMistakes(route),
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
  return [...new Set(repeated)].map((name) => `${name} is there twice`);
}
