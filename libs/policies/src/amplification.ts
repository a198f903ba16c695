import type { Expectation } from "@grpc-lb-lab/measure";
import type { Evidence } from "./policy.ts";
import { receivedCalls } from "./received.ts";

/** How many attempts reach the pods for each call, on average, within two numbers, both included: what retries make of a load. 1 where nobody tries again. */
export function amplification(seen: Evidence, least: number, most: number): Expectation {
  const attempts = receivedCalls(seen);
  const { length: calls } = seen.records;
  const ratio = attempts / calls;
  return {
    id: "amplification",
    what: "attempts that pods receive for each call",
    bound: least === most ? `${least}` : `${least} to ${most}`,
    measured: `${Number(ratio.toFixed(2))} (${attempts} attempts of ${calls} calls)`,
    ok: calls > 0 && ratio >= least && ratio <= most,
  };
}
