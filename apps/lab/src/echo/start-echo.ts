import { join } from "node:path";
import { LocalEcho } from "@grpc-lb-lab/stage";
import { REPOSITORY_ROOT } from "../repository-root.ts";

/** Starts this workspace's echo application, v1 and v2, on the Node that runs the lab. */
export function startEcho(signal: AbortSignal): Promise<LocalEcho> {
  return LocalEcho.start({ command: [process.execPath, join(REPOSITORY_ROOT, "apps/echo/src/main.ts")], signal });
}
