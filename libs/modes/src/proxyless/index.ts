import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { pushed } from "../path/learn.ts";
import { controlPlaneRetry } from "../path/retries.ts";

const launcher = async () => (await import("./launch.ts")).launchProxyless;

/** `proxyless`: gRPC takes pods, policy and retries from istiod by xDS; no proxy has part in a call. */
export const proxyless: Mode = {
  name: "proxyless",
  balancer: "the client",
  source: "Istio's xDS",
  target: "xds:///backend.<ns>.svc.cluster.local:50051",
  policy: "from xDS",
  kubernetes: "Istio's grpc-agent injection template",
  costs: "an agent in every pod, and only the xDS features that the language's gRPC supports",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    {
      says: "inside a zone every pod answers the same number of calls",
      experiment: "share",
      expectation: "even-share-in-zone",
    },
    { says: "Istio's retries hide a crash", experiment: "pod-crash", expectation: "no-failed-calls" },
    { says: "no call passes through the agents", experiment: "cost", expectation: "agents-rest" },
  ],
  isInDemo: true,
  programs: [],
  installed: ["istio"],
  beside: [
    { deployment: "client", role: "agent" },
    { deployment: "backend", role: "agent" },
  ],
  path: (settings) => [
    clientChannel(settings, {
      // ROUND_ROBIN over several localities is a weighted random pick of the locality in gRPC (gRFC A42, xds_wrr_locality).
      pick: { kind: "rotation", scope: "channel", localitiesByWeight: true },
      learn: pushed(settings),
      // The service config of the xDS resolver takes the place of the client's. Source: grpc-js, resolving-load-balancer.ts, defaultServiceConfig.
      retry: controlPlaneRetry(settings),
      dialects: ["Istio", "GRPCRoute"],
      meshEncrypts: true,
    }),
  ],
  launchers: { local: launcher, containers: launcher, kubernetes: {} },
};
