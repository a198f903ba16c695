import type { ProxyProgram } from "@grpc-lb-lab/stage-api";
import { program } from "./program.ts";
import { staticArguments } from "./static-arguments.ts";

/** The file that tells Traefik of the pods. */
export const PODS_FILE = "pods.yaml";

/**
 * Traefik as the one proxy between. It reads {@link PODS_FILE} again when that changes, and takes one change in 2 s. `filename`, not `directory`: it would read a
 * folder again because of any file in it.
 */
export const traefikBetween = {
  ...program,
  image: program.name,
  // Not /ping, which answers before the first file is taken: until then every call ends with 404, which is UNIMPLEMENTED to gRPC.
  readiness: { by: "admin", path: "/api/http/routers/backend@file" },
  refreshesDns: false,
  run: ({ listener, admin, folder }) => ({
    args: staticArguments({ listener, admin, provider: { "file.filename": `${folder}/${PODS_FILE}` } }),
  }),
} as const satisfies ProxyProgram;
