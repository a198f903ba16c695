import type { Hop, Learn, PathSettings } from "@grpc-lb-lab/stage-api";
import { NOTHING, polledDns } from "../path/learn.ts";
import { CONNECT_TIMEOUT_MS, IDLE_CONNECTIONS } from "./limits.ts";
import { VARIANTS, variantTraits } from "./variants.ts";

/** Until the kernel has told it that a pod's process has ended, and the calls that are just being sent. */
const NOTICED_MS = 250;
/** A busy machine's timers. */
const MARGIN_MS = 1_000;

/** nginx as the mode configures it: what it does to calls, with the variant and the workers that are asked for. */
export function nginxProxy(settings: PathSettings): Hop {
  const { resolves, zone } = variantTraits(settings.proxyVariant);
  return {
    name: "nginx",
    at: "between",
    unit: "call",
    pick: { kind: "rotation", scope: zone ? "proxy" : "worker", workers: settings.proxyWorkers },
    learn: resolves ? askedAgain(settings) : NOTHING,
    notice: {
      // It leaves the pod out for fail_timeout and tries it again, at the cost of no call: see `retry`.
      crash: { by: "passive ejection", window: { ms: NOTICED_MS, sum: "the kernel's notice" } },
      silence: {
        by: "passive ejection",
        window: { ms: CONNECT_TIMEOUT_MS + MARGIN_MS, sum: "connect timeout + 1 s" },
        patienceMs: CONNECT_TIMEOUT_MS,
      },
      badStatus: { by: "nothing" },
    },
    // grpc_next_upstream: limits.ts.
    retry: { of: "unsent", attempts: 1, hedged: false, draws: 1, unconnected: "next host", isFixed: true },
    connection: { multiplexes: false, idleAtMost: IDLE_CONNECTIONS },
    dialects: ["nginx"],
    meshEncrypts: false,
    adjustable: { variants: VARIANTS, workers: true },
  };
}

/**
 * nginx asks a second after the answer's time has passed: ngx_http_upstream_zone_resolve_handler in
 * https://github.com/nginx/nginx/blob/master/src/http/modules/ngx_http_upstream_zone_module.c
 */
const LATER_MS = 1_000;

/** As Envoy's, but for what nginx's clock of whole seconds adds. */
function askedAgain(settings: PathSettings): Learn {
  const refreshMs = LATER_MS + 1_000 * Math.ceil((settings.timings.dnsRefreshMs ?? 0) / 1_000);
  const learn = polledDns({ ...settings, timings: { ...settings.timings, dnsRefreshMs: refreshMs } });
  return { ...learn, newPod: learn.newPod && { ...learn.newPod, sum: "DNS refresh + 1 s + DNS TTL + 1 s" } };
}
