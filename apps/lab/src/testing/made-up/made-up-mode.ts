import type { Hop, Mode } from "@grpc-lb-lab/stage-api";

/** A variant that no other mode has, and that changes nothing. */
export const MADE_UP_VARIANT = "twice-resolved";

/** gRPC's channel with a policy that picks at random among what DNS has told it. */
const CHANNEL: Hop = {
  name: "the client's channel",
  at: "client",
  unit: "call",
  pick: { kind: "random", scope: "channel" },
  learn: { by: "nothing", newPod: undefined, staleMs: 0 },
  notice: { crash: { by: "disconnect" }, silence: { by: "nothing" }, badStatus: { by: "nothing" } },
  retry: { of: "unsent", attempts: 1, hedged: false, draws: 1 },
  connection: { multiplexes: true },
  dialects: ["gRPC service config"],
  meshEncrypts: false,
  adjustable: { variants: [MADE_UP_VARIANT] },
};

/**
 * A mode that no library knows, and that only this machine can bring up: round robin over a name that was resolved once, which its path calls
 * random, so that its shares keep a bound that none of the lab's own modes on DNS has.
 */
export const MADE_UP_MODE: Mode = {
  name: "once-resolved",
  balancer: "the client, made up",
  source: "DNS, once",
  target: "dns:///backend-headless:50051",
  policy: "round_robin",
  kubernetes: "nothing",
  costs: "nothing but this test",
  howTo: new URL("./how-to.md", import.meta.url),
  claims: [],
  isInDemo: false,
  programs: [],
  installed: [],
  beside: [],
  path: () => [CHANNEL],
  launchers: {
    local: async () => async (cluster) => {
      const { target, env } = await cluster.headlessDns();
      return { target, clientEnv: { BACKEND_TARGET: target, BACKEND_LB_POLICY: "round_robin", ...env } };
    },
  },
};
