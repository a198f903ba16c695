import type { HttpRoute } from "@grpc-lb-lab/http-server";
import type { Health } from "./health.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** The routes that every server has: `/livez`, `/readyz` (200 or 503, as a kubelet's probes want them) and `/metrics` (Prometheus). */
export function standardRoutes(health: Health, metrics: ServerMetrics): readonly HttpRoute[] {
  const ready = () => ({ status: health.serving ? 200 : 503, json: { ready: health.serving } });
  const expose = async () => {
    const { registry } = metrics;
    return { status: 200, headers: { "content-type": registry.contentType }, text: await registry.metrics() };
  };
  return [
    { path: "/livez", methods: { GET: () => ({ status: 200, json: { live: true } }) } },
    { path: "/readyz", methods: { GET: ready } },
    { path: "/metrics", methods: { GET: expose } },
  ];
}
