import type { Learn, Mode, PathSettings, Retry } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { kubeProxy } from "../path/kube-proxy.ts";
import { pushed } from "../path/learn.ts";
import { NO_RETRIES } from "../path/retries.ts";

const launcher = async () => (await import("./launch.ts")).launchTraefik;

/** Why no GRPCRoute is read where there is no API server. */
const FILE_PROVIDER = "the file provider stands in for the Gateway provider";

/** `traefik`: one Traefik between, which is told of the pods by the Kubernetes API and balances each call. */
export const traefik: Mode = {
  name: "traefik",
  balancer: "one proxy between",
  source: "the Kubernetes API",
  target: "traefik:50051",
  policy: "pick_first",
  kubernetes: "a Traefik Deployment with a Gateway and a GRPCRoute",
  costs: "a hop and a proxy to run; it takes one change of pods in 2 s; a dead pod costs calls until it is withdrawn",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "every pod answers the same number of calls", experiment: "share", expectation: "even-share" },
    {
      says: "a new pod gets calls once Traefik takes the next change, 2 s after the one before",
      experiment: "scale-up",
      expectation: "new-pods-answer",
    },
    {
      says: "a dead pod costs its share of the calls until it is withdrawn",
      experiment: "pod-crash",
      expectation: "share-of-dead-endpoint",
    },
  ],
  isInDemo: false,
  programs: ["traefik"],
  installed: ["gateway-api"],
  beside: [{ deployment: "traefik", role: "proxy" }],
  deployedFiles: async () => (await import("./deployed-files.ts")).deployedFiles(),
  path: (settings) => [
    clientChannel(settings),
    kubeProxy(settings),
    {
      name: "Traefik",
      at: "between",
      unit: "call",
      // Earliest deadline first with equal weights, under one lock: a rotation that all its threads share (pkg/server/service/loadbalancer/wrr).
      pick: { kind: "rotation", scope: "proxy" },
      learn: throttled(settings),
      // No health check: none is asked for. No outlier detection of errors, and no pings of pods.
      notice: { crash: { by: "withdrawal" }, silence: { by: "withdrawal" }, badStatus: { by: "nothing" } },
      retry: unsentRetry(settings),
      // Its limits are lifted: limits.ts.
      connection: { multiplexes: true },
      dialects: ["GRPCRoute", "Traefik"],
      meshEncrypts: false,
    },
  ],
  unspoken: {
    local: { GRPCRoute: FILE_PROVIDER },
    containers: { GRPCRoute: FILE_PROVIDER },
    kubernetes: {
      Traefik: "a GRPCRoute has no place for Traefik's own middlewares: they are objects of Traefik's CRDs",
    },
  },
  routeParent: { group: "gateway.networking.k8s.io", kind: "Gateway", name: "traefik" },
  launchers: {
    local: launcher,
    containers: launcher,
    kubernetes: { proxy: async () => (await import("./deployed-traefik.ts")).deployedTraefik },
  },
};

/**
 * Having taken a change, each of Traefik's providers waits 2 s for the next, and takes the newest then (`providersThrottleDuration`).
 * https://doc.traefik.io/traefik/reference/install-configuration/providers/overview/
 */
const THROTTLE_MS = 2_000;
/** A busy machine's timers: the wait begins once the change before has been taken, which a push may be late with as well. */
const MARGIN_MS = 1_000;

function throttled(settings: PathSettings): Learn {
  const { by, newPod, staleMs } = pushed(settings);
  return {
    by,
    newPod: newPod && {
      ms: newPod.ms + THROTTLE_MS + MARGIN_MS,
      sum: `${newPod.sum} + Traefik's throttle of 2 s + 1 s`,
    },
    staleMs: staleMs + THROTTLE_MS,
  };
}

/** Its `retry` middleware, if asked: the next pod of the rotation has a call of which nothing was sent. */
function unsentRetry({ proxyRetries = 0 }: PathSettings): Retry {
  if (proxyRetries === 0) return NO_RETRIES;
  return { of: "unsent", attempts: 1 + proxyRetries, hedged: false, draws: 1 };
}
