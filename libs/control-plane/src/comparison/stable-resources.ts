import { InputError } from "@grpc-lb-lab/input-error";
import type { Json, JsonObject } from "../json.ts";
import type { Resources } from "./take-resources.ts";

/** What stands in place of the addresses of one deployment: those of its Services and its pods. */
export type AddressNames = ReadonlyMap<string, string>;

interface Locality extends JsonObject {
  readonly locality: { readonly zone?: string };
  readonly lbEndpoints: readonly JsonObject[];
  readonly loadBalancingWeight: number;
}

const SUM = "<the sum of its endpoints' weights>";

/**
 * Resources without what differs from one deployment of the same manifests to the next: addresses get their names; zones are numbered, and
 * of the pods of one kind in a zone one is left, for the scheduler chooses where they run.
 * @throws InputError when an endpoint has an address without a name.
 */
export function stableResources(resources: Resources, names: AddressNames): Resources {
  const { EDS = {}, ...others } = mapTexts(resources as JsonObject, (text) => nameOf(text, names)) as Resources;
  if (Object.keys(EDS).length === 0) return others;
  const assignments = Object.entries(EDS).map(([name, assignment]) => [name, stableAssignment(assignment, names)]);
  return { ...others, EDS: Object.fromEntries(assignments) };
}

/** An address, alone or with a port behind it. */
function nameOf(text: string, names: AddressNames): string {
  const [, address = "", port = ""] = /^(.+?)(:\d+)?$/.exec(text) ?? [];
  const name = names.get(address);
  return name === undefined ? text : `${name}${port}`;
}

function stableAssignment(assignment: JsonObject, names: AddressNames): JsonObject {
  const localities = (assignment.endpoints ?? []) as unknown as readonly Locality[];
  const inOrder = localities.toSorted((a, b) => (`${a.locality.zone}` < `${b.locality.zone}` ? -1 : 1));
  return { ...assignment, endpoints: inOrder.map((locality, index) => stableLocality(locality, index + 1, names)) };
}

function stableLocality(of: Locality, number: number, names: AddressNames): JsonObject {
  const { lbEndpoints, loadBalancingWeight } = of;
  const sum = lbEndpoints.reduce((total, { loadBalancingWeight }) => total + Number(loadBalancingWeight), 0);
  for (const endpoint of lbEndpoints) assertNamed(endpoint, names);
  const kinds = new Set(lbEndpoints.map((endpoint) => JSON.stringify(endpoint)));
  return {
    ...of,
    locality: { ...of.locality, region: "<region>", zone: `<zone ${number}>` },
    lbEndpoints: [...kinds].toSorted().map((endpoint) => JSON.parse(endpoint)),
    loadBalancingWeight: loadBalancingWeight === sum ? SUM : loadBalancingWeight,
  };
}

function assertNamed(lbEndpoint: JsonObject, names: AddressNames): void {
  const { endpoint } = lbEndpoint as { endpoint: { address: { socketAddress: { address: string } } } };
  const { address } = endpoint.address.socketAddress;
  if (![...names.values()].includes(address))
    throw new InputError(
      `no pod has the endpoint's address ${address}: the pods are changing; try again when they are stable`,
    );
}

function mapTexts(json: Json | undefined, change: (text: string) => string): Json | undefined {
  if (typeof json === "string") return change(json);
  if (Array.isArray(json)) return json.map((member: Json) => mapTexts(member, change) ?? null);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, mapTexts(value, change)]));
}
