import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { kubeProxy } from "../path/kube-proxy.ts";

const launcher = async () => (await import("./launch.ts")).launchPlain;

/** `plain`: a ClusterIP Service, and so one pod for each connection. */
export const plain: Mode = {
  name: "plain",
  balancer: "kube-proxy, per connection",
  source: "the Service",
  target: "backend:50051",
  policy: "pick_first",
  kubernetes: "a Service",
  costs: "nothing, and balances nothing: one connection, one pod",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "all calls of a client go to one pod", experiment: "share", expectation: "one-pod-per-client" },
    { says: "new pods get no call while connections live", experiment: "scale-up", expectation: "new-pods-idle" },
  ],
  isInDemo: true,
  programs: [],
  installed: [],
  beside: [],
  path: (settings) => [clientChannel(settings), kubeProxy(settings)],
  launchers: { local: launcher, containers: launcher, kubernetes: {} },
};
