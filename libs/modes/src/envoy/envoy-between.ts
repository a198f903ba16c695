import { ENVOY, envoyArguments } from "@grpc-lb-lab/envoy";
import type { ProxyProgram } from "@grpc-lb-lab/stage-api";
import { type BackendSettings, staticBootstrap } from "./static-bootstrap.ts";

/** Envoy as the one proxy between: it takes its whole configuration from its command line. */
export function envoyBetween(settings: BackendSettings, workers: number): ProxyProgram {
  return {
    ...ENVOY,
    image: ENVOY.name,
    readiness: { by: "admin", path: "/ready" },
    refreshesDns: true,
    run: ({ listener, admin }) => ({
      args: envoyArguments(staticBootstrap({ listener, admin, ...settings }), workers),
    }),
  };
}
