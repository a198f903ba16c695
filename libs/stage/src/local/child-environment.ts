import { leanStartEnvironment, SHORT_LIVED } from "@grpc-lb-lab/workarounds/lean-start";

/** grpc-js would send calls to loopback addresses through a proxy that the environment names (its environment_variables.md). Empty is unset to it. */
const WITHOUT_HTTP_PROXY = { grpc_proxy: "", https_proxy: "", http_proxy: "" };

/**
 * The environment of a program on this machine: the lab's own, without an HTTP proxy and ready for a lean start, and what the program is told. The
 * programs of a run start side by side and live for seconds, so that their processor time counts, and not their memory.
 */
export function childEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...leanStartEnvironment(), ...SHORT_LIVED, ...WITHOUT_HTTP_PROXY, ...env };
}
