import type { Path } from "@grpc-lb-lab/stage-api";
import { withAskedHop } from "./asked-hop.ts";

/** What NOT_RETRIED (dialects/istio.ts) makes of a path: Istio's own retries are off; who is not asked by Istio's objects, or has fixed ones, keeps them. */
export function notRetriedByIstio(path: Path): Path {
  return withAskedHop(path, ({ retry, dialects }) =>
    dialects.includes("Istio") && retry.isFixed !== true ? { retry: { ...retry, of: "nothing", attempts: 1 } } : {},
  );
}
