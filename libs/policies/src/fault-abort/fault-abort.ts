import { faultFilter } from "../dialects/envoy.ts";
import { destination, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { type HeldBack, heldBack, notHeldBack } from "../held-back.ts";
import type { Policy } from "../policy.ts";
import { UNAVAILABLE } from "../status-codes.ts";

const CALLS = 200;

/** `fault-abort`: a part of the calls ends UNAVAILABLE on purpose, before any pod sees them. */
export const faultAbort: Policy<{ percent: number }> = {
  name: "fault-abort",
  title: "an abort on purpose",
  parameters: { percent: 50 },
  source: "https://github.com/grpc/proposal/blob/master/A33-Fault-Injection.md",
  asks: ({ percent }) => `${percent} % of the calls end UNAVAILABLE, and no pod sees them`,
  dialects: ({ percent }) => ({
    Istio: istio(
      virtualService({
        fault: { abort: { grpcStatus: "UNAVAILABLE", percentage: { value: percent } } },
        route: [destination()],
        // Istio's own would hide the aborts of a proxy behind this one, if any.
        ...NOT_RETRIED,
      }),
    ),
    Envoy: {
      dialect: "Envoy",
      httpFilters: [
        faultFilter({ abort: { grpcStatus: UNAVAILABLE, percentage: { numerator: percent, denominator: "HUNDRED" } } }),
      ],
    },
    nginx: {
      dialect: "nginx",
      // By a number of the request, which is as good as chance; nginx has no fault injection of its own.
      http: [`split_clients "$request_id" $aborted { ${percent}% 1; * 0; }`],
      location: ["if ($aborted) { return 503; }"],
    },
    HAProxy: {
      dialect: "HAProxy",
      frontend: [
        `http-request return status 200 content-type application/grpc hdr grpc-status ${UNAVAILABLE} hdr grpc-message aborted if { rand(100) lt ${percent} }`,
      ],
    },
  }),
  fields: [{ dialect: "Istio", kind: "VirtualService", path: "spec.http[].fault.abort" }],
  trial: () => ({ pods: 2, load: { rate: 100, calls: CALLS }, roughSeconds: CALLS / 100 }),
  obeyed: (seen, { percent }) => heldBack(ABORTED, seen, percent),
  ignored: (seen) => notHeldBack(ABORTED, seen),
  // It changes no pick.
  onPath: (path) => path,
};

const ABORTED: HeldBack = {
  code: UNAVAILABLE,
  held: { id: "aborted", what: "calls that end UNAVAILABLE" },
  seen: { id: "unseen", what: "answered calls that pods have seen, and no others" },
};
