import { faultFilter, seconds } from "../dialects/envoy.ts";
import { destination, istio, NOT_RETRIED, virtualService } from "../dialects/istio.ts";
import { type HeldBack, heldBack, notHeldBack } from "../held-back.ts";
import type { Policy } from "../policy.ts";
import { DEADLINE_EXCEEDED } from "../status-codes.ts";

const CALLS = 150;
const RATE = 50;
/**
 * The delay is so many times as long as the clients' deadline, which tells whose calls are delayed. Longer than all of the load, too: grpc-js 1.14 sends a call
 * once its delay is over though its deadline has passed meanwhile, and pods would see it. Source: grpc-js-xds, `asyncTimeout` of fault-injection-filter.ts.
 */
const TIMES_LONGER = 4;

/**
 * `fault-delay`: a part of the calls waits on purpose before it is sent. Calls have a deadline within the delay, so that those that wait end by it unsent, and
 * no clock need be read. Together with a timeout of the same rule the two planes differ: Envoy's timeout begins once the delay is over, so that all calls
 * are answered; gRPC's begins with the call, so that those that wait longer end DEADLINE_EXCEEDED.
 */
export const faultDelay: Policy<{ percent: number; delayMs: number }> = {
  name: "fault-delay",
  title: "a delay on purpose",
  parameters: { percent: 50, delayMs: 12_000 },
  source: "https://github.com/grpc/proposal/blob/master/A33-Fault-Injection.md",
  asks: ({ percent, delayMs }) => `${percent} % of the calls wait for ${delayMs} ms before they are sent`,
  dialects: ({ percent, delayMs }) => ({
    Istio: istio(
      virtualService({
        ...NOT_RETRIED,
        fault: { delay: { fixedDelay: `${delayMs}ms`, percentage: { value: percent } } },
        route: [destination()],
      }),
    ),
    Envoy: {
      dialect: "Envoy",
      httpFilters: [
        faultFilter({
          delay: { fixedDelay: seconds(delayMs), percentage: { numerator: percent, denominator: "HUNDRED" } },
        }),
      ],
    },
  }),
  fields: [{ dialect: "Istio", kind: "VirtualService", path: "spec.http[].fault.delay" }],
  trial: ({ delayMs }) => ({
    pods: 2,
    load: { rate: RATE, calls: CALLS, kinds: [{ deadlineMs: delayMs / TIMES_LONGER }] },
    roughSeconds: CALLS / RATE + delayMs / TIMES_LONGER / 1000,
  }),
  obeyed: (seen, { percent }) => heldBack(WAITED, seen, percent),
  ignored: (seen) => notHeldBack(WAITED, seen),
  // It changes no pick.
  onPath: (path) => path,
};

const WAITED: HeldBack = {
  code: DEADLINE_EXCEEDED,
  held: { id: "waited", what: "calls that wait until their deadline" },
  seen: { id: "unsent", what: "other calls that pods have seen, and none of those that wait" },
};
