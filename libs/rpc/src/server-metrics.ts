import { status } from "@grpc/grpc-js";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

type Label = "rpc_method" | "rpc_response_status_code";
const LABELS: readonly Label[] = ["rpc_method", "rpc_response_status_code"];

/** OpenTelemetry's advice for `rpc.server.call.duration`, in seconds. */
const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The Prometheus metrics of a server: its calls by method and status code, those in flight, and its process. */
export class ServerMetrics {
  readonly registry = new Registry();
  readonly #active: Gauge;
  readonly #calls: Counter<Label>;
  readonly #durations: Histogram<Label>;

  constructor() {
    const registers = [this.registry];
    this.#active = new Gauge({ name: "rpc_server_active_calls", help: "gRPC calls in flight", registers });
    this.#calls = new Counter({
      name: "rpc_server_calls_total",
      help: "gRPC calls that this server ended",
      labelNames: LABELS,
      registers,
    });
    this.#durations = new Histogram({
      name: "rpc_server_call_duration_seconds",
      help: "Time from the arrival of a gRPC call to its end (OpenTelemetry rpc.server.call.duration)",
      labelNames: LABELS,
      buckets: DURATION_BUCKETS_S,
      registers,
    });
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts the arrival of a call. */
  begin(): void {
    this.#active.inc();
  }

  /** Counts the end of a call: `method` as in `greeter.v1.GreeterService/SayHello`, `code` a gRPC status code. */
  end(method: string, code: status, durationMs: number): void {
    const labels = { rpc_method: method, rpc_response_status_code: status[code] ?? String(code) };
    this.#active.dec();
    this.#calls.inc(labels);
    this.#durations.observe(labels, durationMs / 1000);
  }
}
