import type { JsonObject } from "../json.ts";
import type { MeshProxy } from "../model/proxy.ts";

/** `ConfigSource`: the stream the resource came from. A sidecar waits for what it names without a limit, as istiod has it. */
export function adsSource(kind: MeshProxy["kind"]): JsonObject {
  return kind === "proxyless" ? { ads: {} } : { ads: {}, initialFetchTimeout: "0s", resourceApiVersion: "V3" };
}
