import type { Rules } from "@grpc-lb-lab/stage-api";

type Env = Readonly<Record<string, string>>;

/** What rules in gRPC's own dialect add to the environment of clients and of servers; nothing of others. */
export function rulesEnv(rules: Rules | undefined): { readonly client: Env; readonly server: Env } {
  if (rules?.dialect !== "gRPC service config") return { client: {}, server: {} };
  const { serviceConfig, serverEnv = {} } = rules;
  const client: Env = serviceConfig === undefined ? {} : { BACKEND_SERVICE_CONFIG: JSON.stringify(serviceConfig) };
  return { client, server: serverEnv };
}
