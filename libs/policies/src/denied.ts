import type { Expectation } from "@grpc-lb-lab/measure";
import { all, none } from "./bounds.ts";
import { ofKind } from "./by-version.ts";
import { endedWith } from "./ended-with.ts";
import type { Evidence } from "./policy.ts";
import { receivedOfKind } from "./received.ts";
import { OK, PERMISSION_DENIED } from "./status-codes.ts";

/** That all calls of one kind are denied, no pod sees them, and those of the other are answered. */
export function oneKindDenied(seen: Evidence, denied: number, allowed: number): Expectation[] {
  const [refused, answered] = [ofKind(seen, denied), ofKind(seen, allowed)];
  return [
    all(
      { id: "denied", what: "calls that are to be denied, and are" },
      endedWith({ records: refused }, PERMISSION_DENIED),
      refused.length,
    ),
    none({ id: "unseen", what: "of them, calls that a pod has seen" }, receivedOfKind(seen, denied)),
    all(
      { id: "allowed", what: "other calls that are answered" },
      endedWith({ records: answered }, OK),
      answered.length,
    ),
  ];
}
