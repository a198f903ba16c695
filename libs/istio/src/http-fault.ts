import type { FaultInjection } from "@grpc-lb-lab/control-plane";
import { statusName } from "@grpc-lb-lab/measure";
import * as v from "valibot";
import { durationMs } from "./duration-ms.ts";
import { given } from "./given.ts";
import { lastingDuration, percent, percentage } from "./schema-parts.ts";

const GRPC_CODES = 17;
const STATUS_NAMES = Array.from({ length: GRPC_CODES }, (_, code) => statusName(code));

const abort = v.pipe(
  v.object({
    httpStatus: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    grpcStatus: v.optional(v.picklist(STATUS_NAMES)),
    percentage: v.optional(percentage),
  }),
  v.check(
    ({ httpStatus, grpcStatus }) => (httpStatus === undefined) !== (grpcStatus === undefined),
    "must have one of httpStatus and grpcStatus",
  ),
);

/** VirtualService `http.fault` as Istio's validation takes it; an abort without a status, of which Istio warns, is refused. */
export const httpFault = v.pipe(
  v.object({
    delay: v.optional(
      // `percent` is the old form of `percentage`, which counts where both are given.
      v.object({
        fixedDelay: lastingDuration,
        percentage: v.optional(percentage),
        percent: v.optional(v.pipe(percent, v.integer())),
      }),
    ),
    abort: v.optional(abort),
  }),
  v.check((fault) => fault.delay !== undefined || fault.abort !== undefined, "must have a delay, an abort or both"),
);

/** @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection */
export type HttpFault = v.InferOutput<typeof httpFault>;

/** What the control plane is told of faults. */
export function toFaultInjection({ delay, abort }: HttpFault): FaultInjection {
  const { httpStatus = 0, grpcStatus } = abort ?? {};
  const status = grpcStatus === undefined ? { httpStatus } : { grpcStatus: STATUS_NAMES.indexOf(grpcStatus) };
  return {
    ...(delay && {
      delay: {
        fixedDelayMs: durationMs(delay.fixedDelay),
        ...given({ percentage: delay.percentage?.value ?? delay.percent }),
      },
    }),
    ...(abort && { abort: { ...status, ...given({ percentage: abort.percentage?.value }) } }),
  };
}

/** What of a fault at this path (`spec.http.0.fault`) is without effect, or rejected by gRPC; one sentence each. */
export function faultNotes({ delay, abort }: HttpFault, path: string): string[] {
  const neverDelays = delay !== undefined && delay.percentage === undefined && delay.percent === undefined;
  return [
    ...(neverDelays ? [`${path}.delay: without a percentage it delays no call`] : []),
    ...(isRejected({ abort })
      ? [
          `${path}.abort: gRPC without a proxy rejects an abort without a percentage: it keeps its previous routes, and without any its calls wait for their deadline`,
        ]
      : []),
  ];
}

/** Whether gRPC rejects the routes because of it. */
export function isRejected({ abort }: Pick<HttpFault, "abort">): boolean {
  return abort !== undefined && abort.percentage === undefined;
}
