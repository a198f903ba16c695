import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { envoyProxy } from "../path/envoy-proxy.ts";
import { kubeProxy } from "../path/kube-proxy.ts";
import { pushed } from "../path/learn.ts";
import { istioRetry } from "../path/retries.ts";

/** `gateway`: Istio's gateway between, made by a Gateway and a GRPCRoute of the Gateway API; the pods have no sidecars. */
export const gateway: Mode = {
  name: "gateway",
  balancer: "one proxy between",
  source: "Istio",
  target: "edge-istio:50051",
  policy: "pick_first",
  kubernetes: "a Gateway of Istio's class, and a GRPCRoute to the Service; appProtocol: grpc",
  costs: "a hop, a proxy and istiod to run; a crash costs what the pod had under way, for Istio does not repeat that",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "every pod answers about an equal share of the calls", experiment: "share", expectation: "even-share" },
    {
      says: "a new pod gets calls as soon as its endpoint is pushed",
      experiment: "scale-up",
      expectation: "new-pods-answer",
    },
    { says: "a rollout costs no call", experiment: "rollout", expectation: "no-failed-calls" },
  ],
  isInDemo: false,
  programs: [],
  installed: ["gateway-api", "istio"],
  beside: [{ deployment: "edge-istio", role: "proxy" }],
  path: (settings) => [
    clientChannel(settings),
    kubeProxy(settings),
    envoyProxy({
      name: "Istio's gateway",
      at: "between",
      // As Istio's sidecars do. One worker for each core of the CPU limit of Istio's installation.
      pick: { kind: "least request", choices: 2, withReplacement: true, scope: "worker", workers: 2 },
      learn: pushed(settings),
      // istiod adds the mesh's (meshConfig.defaultHttpRetryPolicy): a GRPCRoute has no field for them, and a VirtualService is not for this gateway.
      retry: { ...istioRetry({ ...settings, proxyRetries: undefined }), isFixed: true },
      dialects: ["Istio", "GRPCRoute"],
      meshEncrypts: false,
    }),
  ],
  routeParent: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "edge" },
  launchers: { kubernetes: {} },
};
