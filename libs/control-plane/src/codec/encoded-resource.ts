import { hash } from "node:crypto";
import type { Root } from "protobufjs";
import type { JsonObject } from "../json.ts";
import { encodeJson } from "./from-json.ts";

/** A resource ready to be sent: `google.protobuf.Any`, and a version made of its content. */
export interface EncodedResource {
  readonly name: string;
  readonly any: { readonly type_url: string; readonly value: Uint8Array };
  /** The same for the same content, whichever stream, client or run of the control plane it is for. */
  readonly version: string;
}

/** Encodes a resource in protobuf's JSON form. @throws TypeError when it does not fit its type: an error of the control plane itself. */
export function encodeResource(protos: Root, typeUrl: string, name: string, json: JsonObject): EncodedResource {
  const value = encodeJson(protos.lookupType(typeUrl.slice(typeUrl.lastIndexOf("/") + 1)), json);
  return { name, any: { type_url: typeUrl, value }, version: contentHash(value) };
}

/** The version of a set of resources, for `DiscoveryResponse.version_info`: it changes exactly when one of them does, or which they are. */
export function setVersion(resources: Iterable<EncodedResource>): string {
  const lines = Array.from(resources, ({ name, version }) => `${name} ${version}`);
  return contentHash(lines.sort().join("\n"));
}

function contentHash(content: string | Uint8Array): string {
  return hash("sha256", content, "hex").slice(0, 16);
}
