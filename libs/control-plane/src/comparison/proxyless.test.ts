import { test } from "vitest";
import { proxylessBootstrap } from "../bootstrap/proxyless-bootstrap.ts";
import type { MeshService } from "../model/mesh-model.ts";
import type { MeshProxy } from "../model/proxy.ts";
import { outboundCluster } from "../resources/cluster.ts";
import { proxylessListener, proxylessServerListener } from "../resources/proxyless-listener.ts";
import { proxylessRoutes } from "../resources/route-configuration.ts";
import { expectDifferences } from "./expect-differences.ts";
import { proxylessBootstrapRecording, proxylessRecording } from "./recorded.ts";

const service: MeshService = {
  name: "backend",
  namespace: "px",
  port: 50051,
  clusterIp: "10.96.11.247",
  endpoints: [],
};
const client: MeshProxy = { id: "client", kind: "proxyless", ip: "10.244.0.6", namespace: "px", labels: {} };
const recorded = proxylessRecording("proxyless-client");

test("the client's listener is istiod's", () => {
  expectDifferences(proxylessListener(service, "backend.px.svc.cluster.local:50051"), recorded.listener, {});
});

test("the client's routes are istiod's, default retries included", () => {
  expectDifferences(proxylessRoutes(service, client), recorded.routes, {});
});

test("the client's cluster is istiod's", () => {
  expectDifferences(outboundCluster({ ...service, tls: "ISTIO_MUTUAL" }, undefined, "proxyless"), recorded.cluster, {});
  expectDifferences(outboundCluster(service, undefined, "proxyless"), recorded.cluster, {
    "- transportSocket":
      "recorded with a DestinationRule that says ISTIO_MUTUAL; without one istiod leaves gRPC clients plaintext",
  });
});

test("the server's listener is istiod's", () => {
  const name = "xds.istio.io/grpc/lds/inbound/0.0.0.0:50051";
  const { listener } = proxylessRecording("proxyless-server");
  expectDifferences(proxylessServerListener(name, "0.0.0.0", 50051, "mtls"), listener, {});
  const STRICT = "recorded under STRICT";
  expectDifferences(proxylessServerListener(name, "0.0.0.0", 50051, "plaintext"), listener, {
    "- filterChains[0].transportSocket": STRICT,
    "≠ filterChains[0].name": STRICT,
    "≠ filterChains[0].filters[0].name": STRICT,
  });
});

test("the bootstrap is the agent's", () => {
  const ours = proxylessBootstrap({
    controlPlaneUri: "unix:///etc/istio/proxy/XDS",
    nodeIp: "10.244.0.6",
    pod: "client-6b9d7c74f8-55mjz",
    namespace: "px",
    certificate: { folder: "/var/lib/istio/data" },
    labels: {
      app: "client",
      "security.istio.io/tlsMode": "istio",
      "service.istio.io/canonical-name": "client",
      "service.istio.io/canonical-revision": "latest",
    },
  });
  const aboutThePod = "about the pod's injection; no answer depends on it";
  const aboutTheProxy = "settings of Istio's agent and Envoy, which are not there";
  expectDifferences(ours, proxylessBootstrapRecording(), {
    "- node.UserAgentVersionType": "an artefact of how the agent prints the message; gRPC does not read it",
    "- node.metadata.ANNOTATIONS": aboutThePod,
    "- node.metadata.APP_CONTAINERS": aboutThePod,
    "- node.metadata.NODE_NAME": aboutThePod,
    "- node.metadata.OWNER": aboutThePod,
    "- node.metadata.SERVICE_ACCOUNT": aboutThePod,
    "- node.metadata.WORKLOAD_NAME": aboutThePod,
    "- node.metadata.ENVOY_PROMETHEUS_PORT": aboutTheProxy,
    "- node.metadata.ENVOY_SKIP_DEPRECATED_LOGS": aboutTheProxy,
    "- node.metadata.ENVOY_STATUS_PORT": aboutTheProxy,
    "- node.metadata.ISTIO_VERSION": aboutTheProxy,
    "- node.metadata.METADATA_DISCOVERY": aboutTheProxy,
    "- node.metadata.PILOT_SAN": aboutTheProxy,
    "- node.metadata.PROXY_CONFIG": aboutTheProxy,
    "- node.metadata.WORKLOAD_IDENTITY_SOCKET_FILE": aboutTheProxy,
  });
});
