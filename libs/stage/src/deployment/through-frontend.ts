/** What of a client's settings is not about how pods are reached. */
const OF_EVERY_CLIENT = ["BACKEND_DEADLINE_MS"];

/**
 * The settings of a client that calls a frontend, where that has the mode's.
 * @param clientEnv - of a client of the mode
 * @param frontend - `host:port` of the frontend's gRPC port
 */
export function throughFrontend(
  clientEnv: Readonly<Record<string, string>>,
  frontend: string,
): Readonly<Record<string, string>> {
  const kept = Object.entries(clientEnv).filter(([name]) => OF_EVERY_CLIENT.includes(name));
  // One address: there is nothing to balance, and nothing that the rule between frontend and pods is about.
  return { ...Object.fromEntries(kept), BACKEND_TARGET: frontend, BACKEND_LB_POLICY: "pick_first" };
}
