import type { Path, PathSettings } from "./hop.ts";
import type { Mode } from "./mode.ts";

/** Nobody ages connections, pings, or asks for retries, and no delay is known. */
const AS_IT_IS: PathSettings = {
  timings: {},
  pushMs: 0,
  maxAgeMs: 0,
  dnsMinIntervalMs: 0,
  keepaliveMs: 0,
  retry: "off",
  proxyRetries: undefined,
  proxyWorkers: 1,
};

/** The path of a mode with nothing asked of it, for what does not depend on settings: kinds of picks, of learning, dialects. */
export function undisturbedPath({ path }: Pick<Mode, "path">): Path {
  return path(AS_IT_IS);
}
