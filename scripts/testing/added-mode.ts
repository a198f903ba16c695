/** What the folder of an added mode has, by file: a mode whose program nobody knows yet, this Node with a script that lies in the folder. */
export function addedMode(name: string, identifier: string): Readonly<Record<string, string>> {
  return {
    "index.ts": INDEX.replaceAll("<mode>", name).replaceAll("<identifier>", identifier),
    "launch.ts": LAUNCH.replaceAll("<mode>", name),
    "forwarder.ts": FORWARDER.replaceAll("<mode>", name),
    "forward.ts": FORWARD,
    "how-to.md": "Set `BACKEND_TARGET` to the forwarder.\n",
  };
}

const INDEX = `import type { Mode } from "@grpc-lb-lab/stage-api";
import { clientChannel } from "../path/client-channel.ts";
import { kubeProxy } from "../path/kube-proxy.ts";
import { polledDns } from "../path/learn.ts";

/** \`<mode>\`: a forwarder between, which picks a pod for each connection, in turn. */
export const <identifier>: Mode = {
  name: "<mode>",
  balancer: "one forwarder between, per connection",
  source: "DNS",
  target: "envoy:50051",
  policy: "pick_first",
  kubernetes: "a Deployment in front of the headless Service",
  costs: "a hop, and balances nothing: one connection, one pod",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [
    { says: "all calls of a client go to one pod", experiment: "share", expectation: "one-pod-per-client" },
    { says: "new pods get no call while connections live", experiment: "scale-up", expectation: "new-pods-idle" },
  ],
  isInDemo: false,
  programs: [],
  installed: [],
  beside: [{ deployment: "envoy", role: "proxy" }],
  path: (settings) => [
    clientChannel(settings),
    {
      ...kubeProxy(settings),
      name: "the forwarder",
      pick: { kind: "rotation", scope: "proxy" },
      learn: polledDns(settings),
    },
  ],
  launchers: {
    local: async () => (await import("./launch.ts")).launchForwarder,
    kubernetes: { dnsAskedBy: "proxy" },
  },
};
`;

const LAUNCH = `import type { Launcher } from "@grpc-lb-lab/stage-api";
import { forwarder } from "./forwarder.ts";

/** \`<mode>\`: a forwarder between, which asks DNS for the pods at each connection. */
export const launchForwarder: Launcher = async (cluster) => {
  const { name, resolver } = await cluster.headlessDns();
  const { address, start } = await cluster.proxyBetween(forwarder({ name, port: cluster.grpcPort, resolver }));
  const clientEnv = { BACKEND_TARGET: address, BACKEND_LB_POLICY: "pick_first" };
  return { target: address, clientEnv, podsReady: start };
};
`;

const FORWARDER = `import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Address, ProxyProgram } from "@grpc-lb-lab/stage-api";

const FORWARD = fileURLToPath(new URL("./forward.ts", import.meta.url));
const SETTINGS = "settings.json";

/** Where the forwarder finds pods. */
export interface ForwardSettings {
  readonly name: string;
  readonly port: number;
  readonly resolver: Address | undefined;
}

/** This Node with the script that lies beside, which takes its settings from a file and has no admin port. */
export function forwarder(settings: ForwardSettings): ProxyProgram {
  return {
    name: "<mode>",
    image: "<mode>",
    find: async () => ({ path: process.execPath, version: process.versions.node }),
    readiness: { by: "listener" },
    refreshesDns: false,
    run: ({ listener, folder }) => ({
      args: [FORWARD, join(folder, SETTINGS)],
      files: { [SETTINGS]: JSON.stringify({ listener, ...settings }) },
    }),
  };
}
`;

const FORWARD = `/** Forwards each connection to the next pod that DNS names. */
import { promises as dns } from "node:dns";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { pipeline } from "node:stream";

const [, , file = ""] = process.argv;
const { listener, name, port, resolver } = JSON.parse(readFileSync(file, "utf8"));
const names = new dns.Resolver();
if (resolver !== undefined) names.setServers([\`\${resolver.host}:\${resolver.port}\`]);
let connections = 0;

const server = createServer(async (client) => {
  client.on("error", () => client.destroy());
  const pods = (await names.resolve4(name).catch(() => [])).toSorted();
  if (pods.length === 0) return client.destroy();
  const pod = connect({ host: pods[connections++ % pods.length], port });
  pipeline(client, pod, client, () => {});
});
server.listen(listener);
`;
