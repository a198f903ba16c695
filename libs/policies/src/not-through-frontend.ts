import type { Trial } from "./policy.ts";

/** What the frontend passes on of a call's metadata by itself. Proxies in front of pods describe their hop in those of `x-envoy-` and `x-forwarded-`. */
const PASSED_ON = /^x-(?!envoy-|forwarded-)/;

/** Why a trial's calls cannot come through a frontend, which is one client with one channel of its own; undefined: they can. */
export function notThroughFrontend(policy: string, { load }: Pick<Trial, "load">): string | undefined {
  const { clients = 1, kinds = [] } = load;
  if (clients > 1) return `${policy} makes its calls from ${clients} clients, and the frontend is one`;
  const lost = kinds.flatMap(({ metadata = {} }) => Object.keys(metadata)).find((key) => !PASSED_ON.test(key));
  return lost === undefined ? undefined : `${policy} sends the header ${lost}, which the frontend does not pass on`;
}
