import type { Launch, ProxyBetween } from "@grpc-lb-lab/stage-api";

/** What a client needs that knows nothing of pods: its one address is the proxy's. */
export function throughProxy({ address }: ProxyBetween): Pick<Launch, "target" | "clientEnv"> {
  return { target: address, clientEnv: { BACKEND_TARGET: address, BACKEND_LB_POLICY: "pick_first" } };
}
