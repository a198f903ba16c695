import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { envoyProxy } from "../path/envoy-proxy.ts";
import { NOTHING, pushed } from "../path/learn.ts";
import { istioRetry, NO_RETRIES } from "../path/retries.ts";

const launcher = async () => (await import("./launch.ts")).launchSidecar;

/** `sidecar`: Istio's Envoy beside the client balances each call; one beside each pod passes it on. */
export const sidecar: Mode = {
  name: "sidecar",
  balancer: "a proxy beside each pod",
  source: "Istio",
  target: "backend:50051",
  policy: "pick_first",
  kubernetes: "Istio's sidecar injection; appProtocol: grpc",
  costs: "two hops, and the CPU and memory of a proxy in every pod; includes mTLS, retries, telemetry",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "every pod answers about an equal share of the calls", experiment: "share", expectation: "even-share" },
    {
      says: "retries hide a crash, except for a call whose attempts all go to the dead pod",
      experiment: "pod-crash",
      expectation: "few-unlucky-retries",
    },
    { says: "a rollout costs no call", experiment: "rollout", expectation: "no-failed-calls" },
  ],
  isInDemo: true,
  programs: ["envoy"],
  installed: ["istio"],
  beside: [
    { deployment: "client", role: "proxy" },
    { deployment: "backend", role: "proxy" },
  ],
  path: (settings) => [
    clientChannel(settings),
    envoyProxy({
      name: "the client's sidecar",
      at: "client",
      // Istio's default for sidecars: the better of two random picks, which may be the same.
      pick: { kind: "least request", choices: 2, withReplacement: true, scope: "worker" },
      learn: pushed(settings),
      retry: istioRetry(settings),
      dialects: ["Istio", "GRPCRoute"],
      meshEncrypts: true,
    }),
    // It lives on when the application crashes, and answers UNAVAILABLE.
    envoyProxy({
      name: "the pod's sidecar",
      at: "pod",
      pick: { kind: "first", scope: "proxy" },
      learn: NOTHING,
      retry: NO_RETRIES,
      dialects: ["Istio"],
      meshEncrypts: false,
    }),
  ],
  launchers: { local: launcher, containers: launcher, kubernetes: {} },
};
