import { hasLabels } from "./has-labels.ts";
import type { PeerAuthentication } from "./mesh-model.ts";
import type { MeshProxy } from "./proxy.ts";

/** What a server's port takes; istiod ends the name of its filter chain with it. */
export type InboundSecurity = "plaintext" | "mtls";

/**
 * What istiod lets the port of an xDS server take, decided as its `buildInboundFilterChains` does:
 * https://github.com/istio/istio/blob/master/pilot/pkg/networking/grpcgen/lds.go
 */
export function inboundSecurity(policies: readonly PeerAuthentication[], proxy: MeshProxy): InboundSecurity {
  const { mode = "PERMISSIVE" } = policyFor(policies, proxy) ?? {};
  // gRPC cannot tell mTLS from plaintext on one port (gRFC A36); the label says that callers come with mTLS.
  const permitsMtls = mode === "PERMISSIVE" && proxy.labels["security.istio.io/tlsMode"] === "istio";
  return mode === "STRICT" || permitsMtls ? "mtls" : "plaintext";
}

function policyFor(policies: readonly PeerAuthentication[], proxy: MeshProxy): PeerAuthentication | undefined {
  const own = policies.filter(({ namespace }) => namespace === proxy.namespace);
  const selecting = own.find(({ labels }) => labels !== undefined && hasLabels(proxy.labels, labels));
  return selecting ?? own.find(({ labels }) => labels === undefined);
}
