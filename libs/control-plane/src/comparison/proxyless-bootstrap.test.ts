import { test } from "vitest";
import { proxylessBootstrap } from "../bootstrap/proxyless-bootstrap.ts";
import { expectDifferences } from "./expect-differences.ts";
import { BOOTSTRAP_DIFFERENCES } from "./proxyless-differences.ts";
import { proxylessBootstrapRecording } from "./recorded.ts";

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
  expectDifferences(ours, proxylessBootstrapRecording(), BOOTSTRAP_DIFFERENCES);
});
