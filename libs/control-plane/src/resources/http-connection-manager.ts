import type { Json, JsonObject } from "../json.ts";

const HTTP_FILTERS = "type.googleapis.com/envoy.extensions.filters.http";

/** `HttpFilter`, by default with an empty configuration: `envoy.filters.http.<name>`. */
export function httpFilter(
  name: string,
  message: string,
  config: JsonObject = {},
): JsonObject & { readonly name: string } {
  return {
    name: `envoy.filters.http.${name}`,
    typedConfig: { "@type": `${HTTP_FILTERS}.${name}.v3.${message}`, ...config },
  };
}

/** The filter that ends every chain. */
export const ROUTER = httpFilter("router", "Router");
/** Fault injection; without a route's own configuration it does nothing. */
export const FAULT = httpFilter("fault", "HTTPFault");
const GRPC_STATS = httpFilter("grpc_stats", "FilterConfig", { emitFilterState: true, statsForAllMethods: false });
const CORS = httpFilter("cors", "Cors");

/** What a sidecar has on either side, without Istio's own. */
export const SIDECAR_FILTERS = [GRPC_STATS, FAULT, CORS, ROUTER];

/** `HttpConnectionManager` as an `Any` value with the fields given. */
export function httpConnectionManager(fields: JsonObject): JsonObject {
  return {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    ...fields,
  };
}

/** The connection manager that istiod gives a sidecar on either side, with {@link SIDECAR_FILTERS} unless told otherwise. */
export function sidecarConnectionManager(fields: JsonObject): Json {
  const requestId = {
    "@type": "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig",
    useRequestIdForTraceSampling: true,
  };
  const typedConfig = httpConnectionManager({
    httpFilters: SIDECAR_FILTERS,
    streamIdleTimeout: "0s",
    useRemoteAddress: false,
    proxy100Continue: true,
    upgradeConfigs: [{ upgradeType: "websocket" }],
    normalizePath: true,
    pathWithEscapedSlashesAction: "KEEP_UNCHANGED",
    requestIdExtension: { typedConfig: requestId },
    ...fields,
  });
  return { name: "envoy.filters.network.http_connection_manager", typedConfig };
}
