import { expect, test } from "vitest";
import type { MeshService } from "../model/mesh-model.ts";
import type { MeshProxy } from "../model/proxy.ts";
import { outboundCluster } from "../resources/cluster.ts";
import { clusterLoadAssignment } from "../resources/endpoint.ts";
import { sidecarRoutes } from "../resources/route-configuration.ts";
import { inboundListener, outboundListener } from "../resources/sidecar-listener.ts";
import { expectDifferences } from "./expect-differences.ts";
import { sidecarRecording } from "./recorded.ts";

const recorded = sidecarRecording();
const hosts = recorded.endpoints?.hostStatuses ?? [];
const sc: MeshService = {
  name: "backend",
  namespace: "sc",
  port: 50051,
  clusterIp: "10.96.42.153",
  endpoints: hosts.map(({ address: { socketAddress }, locality }) => ({
    address: socketAddress.address,
    port: socketAddress.portValue,
    ...locality,
  })),
};
const px: MeshService = { ...sc, namespace: "px", clusterIp: "10.96.11.247" };
const locality = { region: "lab", zone: "lab-a" };
const client: MeshProxy = { id: "client", kind: "sidecar", ip: "10.244.0.7", namespace: "sc", labels: {}, locality };

const MANAGER = "filterChains[0].filters[0].typedConfig";
const PLAINTEXT = "recorded with mTLS on; plaintext is served";
const ADDRESS =
  "in a cluster iptables lead every call to one port, and Envoy picks the listener by the original destination; here it listens on the address itself";

test("a sidecar's cluster is istiod's", () => {
  expectDifferences(outboundCluster(sc, undefined, "sidecar"), recorded.cluster, {
    "- transportSocketMatches": PLAINTEXT,
  });
});

test("a sidecar's routes are istiod's, for services of its own and of another namespace", () => {
  const virtualHosts = recorded.routes?.virtualHosts ?? [];
  const modelled = virtualHosts.filter(({ name }) => !String(name).startsWith("backend-headless."));
  // The headless Services of the recording are another mode's.
  expect(virtualHosts.length - modelled.length).toBe(2);
  expectDifferences(
    sidecarRoutes([px, sc], 50051, client),
    { ...recorded.routes, virtualHosts: modelled },
    {
      "- virtualHosts[2]":
        "calls to hosts that are not in the mesh pass through to their original destination, which needs iptables",
    },
  );
});

test("a sidecar's outbound listener is istiod's", () => {
  expectDifferences(outboundListener(sc), recorded.listener, {
    "≠ name": ADDRESS,
    "≠ address.socketAddress.address": ADDRESS,
    [`≠ ${MANAGER}.statPrefix`]: ADDRESS,
    "- bindToPort": ADDRESS,
    "+ enableReusePort": "two Envoys on one machine must not share an address unnoticed",
    "- filterChains[0].filterChainMatch": "the port is also a headless Service's, so Istio tells HTTP from TCP first",
    "- defaultFilterChain": "the same: what is not HTTP passes through",
    "- listenerFilters": "the same: the inspector that tells",
    "- listenerFiltersTimeout": "the same",
    "- continueOnListenerFiltersTimeout": "the same",
    [`- ${MANAGER}.tracing`]: "nothing collects traces",
  });
});

test("a sidecar's inbound side is istiod's filter chain for the port", () => {
  const chain = recorded.inbound?.filterChains.find(
    ({ filterChainMatch: match }) => match?.destinationPort === 50051 && match.transportProtocol === "raw_buffer",
  );
  const workload = { address: "10.244.0.3", port: 50051, appAddress: "127.0.0.6", appPort: 50051 };
  const listener = { ...recorded.inbound, filterChains: [chain] };
  expectDifferences(inboundListener(workload), listener, {
    "≠ name": ADDRESS,
    "≠ address.socketAddress.address": ADDRESS,
    "≠ address.socketAddress.portValue": ADDRESS,
    "≠ filterChains[0].name": ADDRESS,
    [`≠ ${MANAGER}.statPrefix`]: ADDRESS,
    "- filterChains[0].filterChainMatch": ADDRESS,
    "- listenerFilters": `${ADDRESS}; its inspectors tell mTLS from plaintext`,
    "- listenerFiltersTimeout": "no listener filters",
    "- continueOnListenerFiltersTimeout": "no listener filters",
    "- maxConnectionsToAcceptPerSocketEvent": "a protection of the one port that takes everything",
    "+ enableReusePort": "two Envoys on one machine must not share an address unnoticed",
    [`- ${MANAGER}.tracing`]: "nothing collects traces",
    [`- ${MANAGER}.routeConfig.virtualHosts[0].routes[0].decorator`]: "names spans for tracing only",
  });
});

test("endpoints keep address, health, weight and locality", () => {
  const assignment = clusterLoadAssignment(sc, undefined, locality);
  const byZone = Map.groupBy(hosts, ({ locality }) => locality.zone);
  expect(byZone.size).toBe(2);
  const localities = Array.from(byZone.values(), (members) => ({
    locality: members[0]?.locality,
    lbEndpoints: members.map(({ address, healthStatus, weight }) => ({
      endpoint: { address },
      healthStatus: (healthStatus as { readonly edsHealthStatus: string }).edsHealthStatus,
      loadBalancingWeight: weight,
    })),
    loadBalancingWeight: members.length,
  }));
  expectDifferences(assignment, { clusterName: recorded.endpoints?.name, endpoints: localities }, {});
});
