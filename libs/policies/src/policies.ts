import { authorizationIdentity } from "./authorization-identity/authorization-identity.ts";
import { authorizationMethod } from "./authorization-method/authorization-method.ts";
import { balanceLeastRequest } from "./balance-least-request/balance-least-request.ts";
import { balanceRandom } from "./balance-random/balance-random.ts";
import { balanceRoundRobin } from "./balance-round-robin/balance-round-robin.ts";
import { connectionAge } from "./connection-age/connection-age.ts";
import { faultAbort } from "./fault-abort/fault-abort.ts";
import { faultDelay } from "./fault-delay/fault-delay.ts";
import { hashByHeader } from "./hash-by-header/hash-by-header.ts";
import { hedging } from "./hedging/hedging.ts";
import { localRateLimit } from "./local-rate-limit/local-rate-limit.ts";
import { localityDistribute } from "./locality-distribute/locality-distribute.ts";
import { localityFailover } from "./locality-failover/locality-failover.ts";
import { localityPrefer } from "./locality-prefer/locality-prefer.ts";
import { matchHeader } from "./match-header/match-header.ts";
import { matchMethod } from "./match-method/match-method.ts";
import { maxPending } from "./max-pending/max-pending.ts";
import { maxRequests } from "./max-requests/max-requests.ts";
import { mirror } from "./mirror/mirror.ts";
import { mtlsStrict } from "./mtls-strict/mtls-strict.ts";
import { outlierDetection } from "./outlier-detection/outlier-detection.ts";
import { perTryTimeout } from "./per-try-timeout/per-try-timeout.ts";
import type { Policy } from "./policy.ts";
import { requestHeaders } from "./request-headers/request-headers.ts";
import { retryAttempts } from "./retry-attempts/retry-attempts.ts";
import { retryBudget } from "./retry-budget/retry-budget.ts";
import { retryOn } from "./retry-on/retry-on.ts";
import { sessionAffinity } from "./session-affinity/session-affinity.ts";
import { slowStart } from "./slow-start/slow-start.ts";
import { timeout } from "./timeout/timeout.ts";
import { weights } from "./weights/weights.ts";

/** All policies, in the order in which they are shown. */
export const POLICIES: readonly Policy[] = [
  retryAttempts,
  retryOn,
  perTryTimeout,
  retryBudget,
  hedging,
  timeout,
  faultAbort,
  faultDelay,
  mirror,
  weights,
  matchHeader,
  matchMethod,
  requestHeaders,
  maxRequests,
  maxPending,
  outlierDetection,
  localRateLimit,
  balanceRoundRobin,
  balanceLeastRequest,
  balanceRandom,
  hashByHeader,
  sessionAffinity,
  localityPrefer,
  localityFailover,
  localityDistribute,
  slowStart,
  mtlsStrict,
  authorizationMethod,
  authorizationIdentity,
  connectionAge,
];
