/** The resource types that the control plane serves, by the name of their discovery service. */
export type XdsType = "LDS" | "RDS" | "CDS" | "EDS";

const TYPE_URL_PREFIX = "type.googleapis.com/envoy.config.";

/** Resource type URLs, as in `DiscoveryRequest.type_url`. */
export const TYPE_URLS: Readonly<Record<XdsType, string>> = {
  LDS: `${TYPE_URL_PREFIX}listener.v3.Listener`,
  RDS: `${TYPE_URL_PREFIX}route.v3.RouteConfiguration`,
  CDS: `${TYPE_URL_PREFIX}cluster.v3.Cluster`,
  EDS: `${TYPE_URL_PREFIX}endpoint.v3.ClusterLoadAssignment`,
};

const BY_URL = new Map(Object.entries(TYPE_URLS).map(([type, url]) => [url, type as XdsType]));

/** The type of a URL; undefined for one that is not served here (secrets, runtime, …). */
export function xdsTypeOf(typeUrl: string): XdsType | undefined {
  return BY_URL.get(typeUrl);
}
