import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { pushed } from "../path/learn.ts";

const launcher = async () => (await import("./launch.ts")).launchWatch;

/** `watch`: the client watches the Service's EndpointSlices and goes round over the pods. */
export const watch: Mode = {
  name: "watch",
  balancer: "the client",
  source: "EndpointSlices",
  target: "kubernetes:///backend:grpc",
  policy: "round_robin",
  kubernetes: "a Service, and a Role to watch its EndpointSlices",
  costs: "a resolver in every client, a Role, one watch at the API server per client pod",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "every pod answers the same number of calls", experiment: "share", expectation: "even-share" },
    {
      says: "a new pod gets calls as soon as its endpoint is pushed",
      experiment: "scale-up",
      expectation: "new-pods-answer",
    },
    { says: "a rollout costs no call", experiment: "rollout", expectation: "no-failed-calls" },
  ],
  isInDemo: true,
  programs: [],
  installed: [],
  beside: [],
  path: (settings) => [
    clientChannel(settings, { pick: { kind: "rotation", scope: "channel" }, learn: pushed(settings) }),
  ],
  launchers: { local: launcher, containers: launcher, kubernetes: {} },
};
