import { SIMULATED_DNS, startHeadlessDns } from "../headless-dns.ts";
import type { Launcher } from "../launcher.ts";

/** `headless`: gRPC asks DNS itself and balances over the addresses. */
export const launchHeadless: Launcher = async (context) => {
  const { addresses } = context;
  const { server, name } = await startHeadlessDns(context);
  const target = `dns://${addresses.dns}:${addresses.dnsPort}/${name}:${addresses.grpcPort}`;
  return {
    target,
    clientEnv: {
      BACKEND_TARGET: target,
      BACKEND_LB_POLICY: "round_robin",
      // grpc-js honours the authority of a dns: target only so (grpc-js environment_variables.md).
      GRPC_NODE_USE_ALTERNATIVE_RESOLVER: "true",
    },
    timingNames: ["dnsTtlMs"],
    simulated: [SIMULATED_DNS],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};
