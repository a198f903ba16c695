import { amplification } from "../amplification.ts";
import { withAskedHop } from "../asked-hop.ts";
import { seconds } from "../dialects/envoy.ts";
import { forAllMethods, grpcDuration } from "../dialects/service-config.ts";
import { allAnswered } from "../ended-with.ts";
import { PATIENT_CLIENTS } from "../patient-clients.ts";
import type { Policy } from "../policy.ts";

const CALLS = 60;
const RATE = 30;
/** How much longer every pod takes to answer than a further attempt is waited for. */
const TIMES_LONGER = 4;

/** `hedging`: while a call is not answered, further attempts of it are sent, and the first answer counts. */
export const hedging: Policy<{ delayMs: number; attempts: number }> = {
  name: "hedging",
  title: "hedged calls",
  parameters: { delayMs: 200, attempts: 2 },
  source: "https://github.com/grpc/proposal/blob/master/A6-client-retries.md#hedging-policy",
  asks: ({ delayMs, attempts }) =>
    `a call that is not answered within ${delayMs} ms is sent once more, and so on, ${attempts} times in all; no attempt is given up`,
  dialects: ({ delayMs, attempts }) => ({
    "gRPC service config": forAllMethods({
      hedgingPolicy: {
        maxAttempts: attempts,
        hedgingDelay: grpcDuration(delayMs),
        nonFatalStatusCodes: ["UNAVAILABLE"],
      },
    }),
    Envoy: {
      dialect: "Envoy",
      action: {
        retryPolicy: { retryOn: "reset", numRetries: attempts - 1, perTryTimeout: seconds(delayMs) },
        hedgePolicy: { hedgeOnPerTryTimeout: true },
      },
    },
  }),
  trial: ({ delayMs, attempts }) => ({
    pods: 2,
    env: { ...PATIENT_CLIENTS, WORK_MS: String(delayMs * TIMES_LONGER * (attempts - 1)) },
    load: { rate: RATE, calls: CALLS, warmUp: { distinctPods: 0, calls: 1 } },
    roughSeconds: CALLS / RATE + (delayMs * TIMES_LONGER * (attempts - 1)) / 1000,
  }),
  obeyed: (seen, { attempts }) => [amplification(seen, attempts, attempts), allAnswered(seen)],
  ignored: (seen) => [amplification(seen, 1, 1), allAnswered(seen)],
  onPath: (path, { attempts }) =>
    withAskedHop(path, ({ retry }) => ({ retry: { ...retry, of: "by code", attempts, hedged: true } })),
};
