import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { kubeProxy } from "../path/kube-proxy.ts";
import { nginxProxy } from "./nginx-proxy.ts";

const launcher = async () => (await import("./launch.ts")).launchNginx;

/** `nginx`: one nginx between, which asks DNS for the pods' addresses and balances each call. */
export const nginx: Mode = {
  name: "nginx",
  balancer: "one proxy between",
  source: "DNS",
  target: "nginx:50051",
  policy: "pick_first",
  kubernetes: "an nginx Deployment in front of the headless Service",
  costs:
    "a hop and a proxy to run, with a connection to a pod for each call under way; it must be told to ask DNS again",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "every pod answers the same number of calls", experiment: "share", expectation: "even-share" },
    {
      says: "a new pod gets calls once the proxy has asked DNS again",
      experiment: "scale-up",
      expectation: "new-pods-answer",
    },
    {
      says: "a dead pod costs only the calls that it had: others go to the next pod",
      experiment: "pod-crash",
      expectation: "only-in-flight-fail",
    },
  ],
  isInDemo: false,
  programs: ["nginx"],
  installed: [],
  beside: [{ deployment: "nginx", role: "proxy" }],
  deployedFiles: async () => (await import("./deployed-files.ts")).deployedFiles(),
  path: (settings) => [clientChannel(settings), kubeProxy(settings), nginxProxy(settings)],
  launchers: {
    local: launcher,
    containers: launcher,
    kubernetes: { dnsAskedBy: "proxy", proxy: async () => (await import("./deployed-nginx.ts")).deployedNginx },
  },
};
