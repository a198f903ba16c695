import type { Hop } from "@grpc-lb-lab/stage-api";

/**
 * Envoy's default of streams at once on a connection (Http2ProtocolOptions in its API reference). Silence ends none: Istio sets
 * stream_idle_timeout to 0 (recorded in libs/control-plane), and so does the lab.
 */
const CONNECTION = { multiplexes: true, streamsAtMost: 1_024 };

/** What tells one Envoy from another. */
type Particulars = Pick<Hop, "name" | "at" | "pick" | "learn" | "retry" | "dialects" | "meshEncrypts"> &
  Partial<Pick<Hop, "connection" | "adjustable">>;

/**
 * An Envoy without health checks and outlier detection, which balances each call. It goes on picking an endpoint whose connection has ended
 * or fallen silent until the endpoint is withdrawn, and pings nobody.
 */
export function envoyProxy(particulars: Particulars): Hop {
  return {
    connection: CONNECTION,
    ...particulars,
    unit: "call",
    notice: { crash: { by: "withdrawal" }, silence: { by: "withdrawal" }, badStatus: { by: "nothing" } },
  };
}
