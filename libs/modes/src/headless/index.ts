import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { agedDns } from "../path/learn.ts";

const launcher = async () => (await import("./launch.ts")).launchHeadless;

/** `headless`: gRPC asks DNS for the pods' addresses and goes round over them. */
export const headless: Mode = {
  name: "headless",
  balancer: "the client",
  source: "DNS",
  target: "dns:///backend-headless:50051",
  policy: "round_robin",
  kubernetes: "a headless Service; servers age their connections",
  costs: "stale addresses: new pods wait until a connection ages out, quick rollouts fail calls",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "every pod answers the same number of calls", experiment: "share", expectation: "even-share" },
    {
      says: "a new pod gets calls once a connection has aged and DNS returns the pod",
      experiment: "scale-up",
      expectation: "new-pods-answer",
    },
    {
      says: "a rollout slower than DNS costs nothing, a faster one costs calls",
      experiment: "rollout",
      expectation: "slow-rollout-safe",
    },
  ],
  isInDemo: true,
  programs: [],
  installed: [],
  beside: [],
  path: (settings) => [
    clientChannel(settings, { pick: { kind: "rotation", scope: "channel" }, learn: agedDns(settings) }),
  ],
  launchers: { local: launcher, containers: launcher, kubernetes: { dnsAskedBy: "client" } },
};
