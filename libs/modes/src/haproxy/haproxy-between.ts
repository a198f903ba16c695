import type { ProxyProgram } from "@grpc-lb-lab/stage-api";
import { type BackendSettings, haproxyConfig } from "./haproxy-config.ts";
import { HAPROXY } from "./program.ts";

const CONFIG = "haproxy.cfg";

/** HAProxy as the one proxy between; it stays in the foreground (`-db`). */
export function haproxyBetween(settings: BackendSettings): ProxyProgram {
  return {
    ...HAPROXY,
    image: HAPROXY.name,
    readiness: { by: "admin", path: "/ready" },
    refreshesDns: true,
    run: ({ listener, admin, folder }) => ({
      args: ["-db", "-f", `${folder}/${CONFIG}`],
      files: { [CONFIG]: haproxyConfig({ listener, admin, ...settings }) },
    }),
  };
}
