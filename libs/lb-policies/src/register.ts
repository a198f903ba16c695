import { experimental } from "@grpc/grpc-js";
import { loadBalancerClass } from "./endpoint-balancer.ts";
import { LeastRequest } from "./least-request.ts";
import { LEAST_REQUEST, LeastRequestConfig } from "./least-request-config.ts";
import { PeakEwma } from "./peak-ewma.ts";
import { PEAK_EWMA, PeakEwmaConfig } from "./peak-ewma-config.ts";

/** Another name for `least_request_experimental`, as users of Envoy and Istio would look for. */
const LEAST_REQUEST_ALIAS = "least_request";

let isRegistered = false;

/**
 * Makes grpc-js know the policies `least_request_experimental` (and, by another name, `least_request`) and `peak_ewma`, for channels that are created from now
 * on. A service config, or xDS, says which channel uses which. A second call changes nothing.
 *
 * Call it before the first channel is created: grpc-js takes pick_first, and says nothing, for a policy that it does not know.
 */
export function register(): void {
  if (isRegistered) return;
  isRegistered = true;
  const leastRequest = loadBalancerClass({
    name: LEAST_REQUEST,
    Config: LeastRequestConfig,
    createChooser: () => new LeastRequest(),
  });
  experimental.registerLoadBalancerType(LEAST_REQUEST, leastRequest, LeastRequestConfig);
  // The alias only reads its settings: they name the policy itself, and so a channel keeps its counts when the name in its service config changes.
  experimental.registerLoadBalancerType(LEAST_REQUEST_ALIAS, leastRequest, LeastRequestConfig);
  const peakEwma = loadBalancerClass({ name: PEAK_EWMA, Config: PeakEwmaConfig, createChooser: () => new PeakEwma() });
  experimental.registerLoadBalancerType(PEAK_EWMA, peakEwma, PeakEwmaConfig);
}
