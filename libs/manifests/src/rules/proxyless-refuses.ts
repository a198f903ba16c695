import type { Recorded } from "@grpc-lb-lab/policies";
import { notDone } from "../limits/not-done.ts";
import { REFUSED_BY_PROXYLESS } from "../limits/refused-by-proxyless.ts";
import type { Rule } from "../rule.ts";

/** gRPC without a proxy refuses a whole cluster for a policy that it does not know, and all routes of a host for one that it does not know. */
export function proxylessRefuses(recorded: Recorded): Rule {
  return {
    name: "proxyless-refuses",
    why: "what works with sidecars then fails, or does less than asked, without a proxy",
    source: "https://github.com/grpc/proposal/blob/master/A27-xds-global-load-balancing.md",
    check: (set) =>
      notDone(set, {
        recorded,
        isMeant: ({ outcome, mode }) => outcome === "refused" && mode === "proxyless",
        limits: REFUSED_BY_PROXYLESS,
      }),
  };
}
