import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { kubeProxy } from "../path/kube-proxy.ts";
import { haproxyHop } from "./haproxy-hop.ts";

const launcher = async () => (await import("./launch.ts")).launchHaproxy;

/** `haproxy`: one HAProxy between, which asks DNS for the pods' addresses, checks the pods, and balances each call. */
export const haproxy: Mode = {
  name: "haproxy",
  balancer: "one proxy between",
  source: "DNS",
  target: "haproxy:50051",
  policy: "pick_first",
  kubernetes: "a HAProxy Deployment in front of the headless Service",
  costs: "a hop and a proxy to run; a full name for DNS, and slots for all pods that there may ever be",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "every pod answers the same number of calls", experiment: "share", expectation: "even-share" },
    {
      says: "a new pod gets calls once the proxy has asked DNS again",
      experiment: "scale-up",
      expectation: "new-pods-answer",
    },
    {
      says: "a dead pod costs the calls that it has under way, and no other",
      experiment: "pod-crash",
      expectation: "only-in-flight-fail",
    },
    {
      says: "a pod that has fallen silent costs its share of the calls until checks have failed",
      experiment: "dead-peer",
      expectation: "last-failure",
    },
  ],
  isInDemo: false,
  programs: ["haproxy"],
  installed: [],
  beside: [{ deployment: "haproxy", role: "proxy" }],
  deployedFiles: async () => (await import("./deployed-files.ts")).deployedFiles(),
  path: (settings) => [clientChannel(settings), kubeProxy(settings), haproxyHop(settings)],
  launchers: {
    local: launcher,
    containers: launcher,
    kubernetes: { dnsAskedBy: "proxy", proxy: async () => (await import("./deployed-haproxy.ts")).deployedHaproxy },
  },
};
