import type { Reasons } from "./expect-differences.ts";

/** Where the control plane differs from istiod that is given the same Services, pods and rules. `docs/control-plane.md` has all these lists. */
export const PROXYLESS_DIFFERENCES: Reasons = {
  "- client.EDS.*.endpoints[*].lbEndpoints[*].metadata":
    "names the workload for Envoy's telemetry and lets Envoy choose between sockets; grpc-js-xds does not read it, and it makes an endpoint five times as long (155 bytes instead of 29)",
};

const NO_SUBSETS =
  "the subsets come from the overlay's DestinationRules; the local stage has none until rules are applied";

/** Where the local stage differs further, by the rules that it does not have. */
export const LOCAL_STAGE_DIFFERENCES: Reasons = {
  ...PROXYLESS_DIFFERENCES,
  "- client.CDS.outbound|*|v*": NO_SUBSETS,
  "- client.EDS.outbound|*|v*": NO_SUBSETS,
  "- client.CDS.outbound|*||*.transportSocket":
    "the overlay's DestinationRules say ISTIO_MUTUAL; the local stage serves `proxyless` in plaintext, and also echo until rules are applied to it",
};

const ABOUT_THE_POD = "about the pod's injection; no answer depends on it";
const ABOUT_THE_PROXY = "a setting for Istio's agent and Envoy; a pod with the lab's bootstrap runs neither";

/** Where the bootstrap differs from the one that Istio's agent writes. */
export const BOOTSTRAP_DIFFERENCES: Reasons = {
  "- node.UserAgentVersionType": "an artefact of how the agent prints the message; gRPC does not read it",
  "- node.metadata.ANNOTATIONS": ABOUT_THE_POD,
  "- node.metadata.APP_CONTAINERS": ABOUT_THE_POD,
  "- node.metadata.NODE_NAME": ABOUT_THE_POD,
  "- node.metadata.OWNER": ABOUT_THE_POD,
  "- node.metadata.SERVICE_ACCOUNT": ABOUT_THE_POD,
  "- node.metadata.WORKLOAD_NAME": ABOUT_THE_POD,
  "- node.metadata.ENVOY_PROMETHEUS_PORT": ABOUT_THE_PROXY,
  "- node.metadata.ENVOY_SKIP_DEPRECATED_LOGS": ABOUT_THE_PROXY,
  "- node.metadata.ENVOY_STATUS_PORT": ABOUT_THE_PROXY,
  "- node.metadata.ISTIO_VERSION": ABOUT_THE_PROXY,
  "- node.metadata.METADATA_DISCOVERY": ABOUT_THE_PROXY,
  "- node.metadata.PILOT_SAN": ABOUT_THE_PROXY,
  "- node.metadata.PROXY_CONFIG": ABOUT_THE_PROXY,
  "- node.metadata.WORKLOAD_IDENTITY_SOCKET_FILE": ABOUT_THE_PROXY,
};
