import type { Rule } from "../rule.ts";

/** gRPC reads its bootstrap when it starts; the agent writes it. */
export const agentBeforeApplication: Rule = {
  name: "agent-before-application",
  why: "gRPC reads its bootstrap once, when it starts; without one every call fails until the pod is restarted",
  source: "istio/istio#34614",
  check: ({ workloads }) =>
    workloads
      .filter(({ mesh, annotations }) => mesh === "grpc-agent" && !waits(annotations["proxy.istio.io/config"]))
      .map(({ manifest }) => ({
        object: manifest,
        reason: "the application may start before Istio's agent has written the bootstrap for it",
        remedy: `annotate the pod template with proxy.istio.io/config: '{"holdApplicationUntilProxyStarts": true}'`,
      })),
};

/** The annotation is JSON or YAML; either has it so. */
function waits(proxyConfig = ""): boolean {
  return /holdApplicationUntilProxyStarts"?\s*:\s*true/.test(proxyConfig);
}
