import type { FinishedCall } from "../../backend/finished-call.ts";

/** An answered call, unless `fields` say otherwise. */
export function finishedCall(fields: Partial<FinishedCall> = {}): FinishedCall {
  return {
    kind: "unary",
    via: "traffic",
    code: 0,
    latencyMs: 1,
    pod: "backend-1",
    zone: "lab-a",
    version: "v1",
    ...fields,
  };
}
