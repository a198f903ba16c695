import type { Recorded } from "@grpc-lb-lab/policies";
import { IGNORED_BY_PROXYLESS } from "../limits/ignored-by-proxyless.ts";
import { notDone } from "../limits/not-done.ts";
import type { Rule } from "../rule.ts";

/**
 * What `lab truth` has seen of who acts on a rule, or sources say where no run does: what they accept and do not do, or do otherwise. What gRPC without a
 * proxy refuses is a rule of its own.
 */
export function notObeyed(recorded: Recorded): Rule {
  return {
    name: "not-obeyed",
    severity: "warning",
    why: "it is accepted, and nobody tells that it has no effect, or another",
    source: "https://istio.io/latest/blog/2021/proxyless-grpc/#supported-features",
    check: (set) =>
      notDone(set, {
        recorded,
        isMeant: ({ outcome, mode }) => outcome !== "refused" || mode !== "proxyless",
        limits: IGNORED_BY_PROXYLESS,
      }),
  };
}
