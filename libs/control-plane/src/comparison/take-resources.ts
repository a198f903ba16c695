import { setTimeout } from "node:timers/promises";
import { InputError } from "@grpc-lb-lab/input-error";
import { envoyProtos } from "../codec/envoy-protos.ts";
import { encodeJson } from "../codec/from-json.ts";
import { decodeAny } from "../codec/to-json.ts";
import type { JsonObject } from "../json.ts";
import { HandClient, type ReceivedResponse } from "../testing/hand-client.ts";
import type { XdsType } from "../xds-type.ts";

/** Resources by type and name, in protobuf's JSON form. */
export type Resources = Readonly<Partial<Record<XdsType, Readonly<Record<string, JsonObject>>>>>;

/** Names of resources by type, in the order in which they are asked for. */
export type ResourceNames = Readonly<Partial<Record<XdsType, readonly string[]>>>;

/** Which control plane is asked for what, by whom. */
export interface Question {
  /** `host:port` of its plaintext ADS. */
  readonly uri: string;
  /** `node` of the bootstrap that Istio's agent writes; from it the control plane knows who asks. */
  readonly node: JsonObject;
  readonly names: ResourceNames;
}

const ANSWER_WITHIN_MS = 10_000;

/**
 * Asks a control plane over ADS, type by type, accepts every answer and returns the resources that there are, in the order asked for.
 * @throws InputError when an answer does not come within 10 s, or has a field that the Envoy API of grpc-js-xds does not declare.
 */
export async function takeResources({ uri, node, names }: Question): Promise<Resources> {
  using client = new HandClient(uri, nodeMessage(node));
  const resources: Partial<Record<XdsType, Record<string, JsonObject>>> = {};
  for (const [type, asked] of Object.entries(names) as [XdsType, readonly string[]][]) {
    try {
      resources[type] = resourcesOf(await within(ANSWER_WITHIN_MS, take(client, type, asked)), asked);
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      throw new InputError(`the request to ${uri} for ${type} ${asked.join(", ")} failed: ${reason}`, { cause: error });
    }
  }
  return resources;
}

/** Pushes of other types may come in between. */
async function take(client: HandClient, type: XdsType, names: readonly string[]): Promise<ReceivedResponse> {
  client.send(type, { names });
  let response = await client.next();
  while (response.type !== type) response = await client.next();
  client.send(type, { names, to: response });
  return response;
}

function resourcesOf({ names, raw }: ReceivedResponse, asked: readonly string[]): Record<string, JsonObject> {
  const resources = raw.map((any, index) => [names[index] ?? "", decodeAny(envoyProtos(), any)] as const);
  return Object.fromEntries(resources.toSorted(([a], [b]) => asked.indexOf(a) - asked.indexOf(b)));
}

function nodeMessage({ id, metadata, locality }: JsonObject): object {
  const type = envoyProtos().lookupType("envoy.config.core.v3.Node");
  return type.decode(encodeJson(type, { id, metadata, locality }));
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = setTimeout(ms, undefined, { signal: answered.signal }).then(() => {
    throw new Error(`no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    answered.abort();
    late.catch(() => {});
  }
}
