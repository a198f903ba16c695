import { ServerInterceptingCall, type ServerInterceptor, status } from "@grpc/grpc-js";
import type { ServerMetrics } from "./server-metrics.ts";

/** Records each call's end, once. Calls of unknown methods never reach an interceptor of grpc-js and are not counted. */
export function callMetrics(metrics: ServerMetrics): ServerInterceptor {
  return (method, next) => {
    const beganMs = performance.now();
    let ended = false;
    metrics.begin();
    const end = (code: status) => {
      if (!ended) metrics.end(method.path.slice(1), code, performance.now() - beganMs);
      ended = true;
    };
    return new ServerInterceptingCall(next, {
      start: (start) => start({ onCancel: () => end(status.CANCELLED) }),
      sendStatus: (final, proceed) => {
        end(final.code ?? status.UNKNOWN);
        proceed(final);
      },
    });
  };
}
