import type { Hop, PathSettings } from "@grpc-lb-lab/stage-api";
import { pushed } from "./learn.ts";
import { NO_RETRIES } from "./retries.ts";

/**
 * kube-proxy: a random ready pod for each connection, whose packets it forwards from then on. Source: Kubernetes' reference, "Virtual IPs and
 * Service Proxies". A cloud's layer-4 balancer does the same.
 */
export function kubeProxy(settings: PathSettings): Hop {
  return {
    name: "kube-proxy",
    at: "between",
    unit: "connection",
    pick: { kind: "random", scope: "proxy" },
    learn: pushed(settings),
    notice: { crash: { by: "withdrawal" }, silence: { by: "withdrawal" }, badStatus: { by: "nothing" } },
    retry: NO_RETRIES,
    connection: { multiplexes: true },
    dialects: [],
    meshEncrypts: false,
  };
}
