import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { envoyProxy } from "../path/envoy-proxy.ts";
import { kubeProxy } from "../path/kube-proxy.ts";
import { polledDns } from "../path/learn.ts";
import { envoyRetry } from "../path/retries.ts";

const launcher = async () => (await import("./launch.ts")).launchEnvoy;

/** `envoy`: one Envoy between, which asks DNS for the pods' addresses and balances each call. */
export const envoy: Mode = {
  name: "envoy",
  balancer: "one proxy between",
  source: "DNS",
  target: "envoy:50051",
  policy: "pick_first",
  kubernetes: "an Envoy Deployment in front of the headless Service",
  costs: "a hop and a proxy to run; a dead pod costs calls until DNS drops it, unless Envoy retries",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "every pod answers the same number of calls", experiment: "share", expectation: "even-share" },
    {
      says: "a new pod gets calls once the proxy has asked DNS again",
      experiment: "scale-up",
      expectation: "new-pods-answer",
    },
    {
      says: "a dead pod costs its share of the calls until DNS has dropped it",
      experiment: "pod-crash",
      expectation: "share-of-dead-endpoint",
    },
  ],
  isInDemo: true,
  programs: ["envoy"],
  installed: [],
  beside: [{ deployment: "envoy", role: "proxy" }],
  deployedFiles: async () => (await import("./deployed-files.ts")).deployedFiles(),
  path: (settings) => [
    clientChannel(settings),
    kubeProxy(settings),
    envoyProxy({
      name: "Envoy",
      at: "between",
      // One unless asked otherwise, so one rotation.
      pick: { kind: "rotation", scope: "worker", workers: settings.proxyWorkers },
      learn: polledDns(settings),
      // static-bootstrap.ts asks for no status of gRPC's: reset,connect-failure,refused-stream.
      retry: { ...envoyRetry(settings, 0), losesStatuses: true },
      // Its limits are lifted: limits.ts.
      connection: { multiplexes: true },
      dialects: ["Envoy"],
      meshEncrypts: false,
      adjustable: { workers: true },
    }),
  ],
  launchers: {
    local: launcher,
    containers: launcher,
    kubernetes: { dnsAskedBy: "proxy", proxy: async () => (await import("./deployed-envoy.ts")).deployedEnvoy },
  },
};
