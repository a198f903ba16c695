import type { Health } from "./health.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** What an admin route answers: JSON, or text where that is given. */
export interface AdminAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

/** A path of the admin port and what each HTTP method does there with the request's body; HEAD is answered as GET is. */
export interface AdminRoute {
  readonly path: string;
  readonly methods: Readonly<Record<string, (body: string) => AdminAnswer | Promise<AdminAnswer>>>;
}

/** The routes that every server has: `/livez`, `/readyz` (200 or 503, as a kubelet's probes want them) and `/metrics` (Prometheus). */
export function standardRoutes(health: Health, metrics: ServerMetrics): readonly AdminRoute[] {
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
