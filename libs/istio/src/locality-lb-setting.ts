import * as v from "valibot";
import { name } from "./schema-parts.ts";

const weight = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1, "locality weight must be in range [1, 100]"),
  v.maxValue(100, "locality weight must be in range [1, 100]"),
);
const shares = v.pipe(
  v.record(name, weight),
  v.check(
    (to) => Object.values(to).reduce((sum, share) => sum + share, 0) === 100,
    "the total locality weight must be 100",
  ),
);
const region = v.pipe(name, v.regex(/^[^/*]+$/, "locality lb failover only specify region, without a wildcard"));

/**
 * `loadBalancer.localityLbSetting` as Istio's validation takes it, without priorities by label.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
 */
export const localityLbSetting = v.pipe(
  v.object({
    enabled: v.optional(v.boolean()),
    distribute: v.optional(v.array(v.object({ from: name, to: shares }))),
    failover: v.optional(
      v.array(
        v.pipe(
          v.object({ from: region, to: region }),
          v.check(({ from, to }) => from !== to, "locality lb failover settings must specify different regions"),
        ),
      ),
    ),
  }),
  v.check(
    ({ distribute = [], failover = [] }) => distribute.length === 0 || failover.length === 0,
    "can not simultaneously specify 'distribute' and 'failover'",
  ),
);
