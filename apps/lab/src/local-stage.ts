import { join } from "node:path";
import type { EnvoyBinary } from "@grpc-lb-lab/envoy";
import { LocalStage } from "@grpc-lb-lab/stage";
import { REPOSITORY_ROOT } from "./repository-root.ts";

/** What differs between the commands that use the local stage. */
export interface LocalStageSettings {
  readonly seed: number;
  readonly envoy: (signal: AbortSignal) => Promise<EnvoyBinary>;
}

/** The local stage with this workspace's backend and this program's own load, on the Node that runs the lab. */
export function localStage({ seed, envoy }: LocalStageSettings): LocalStage {
  return new LocalStage({
    backendCommand: [process.execPath, join(REPOSITORY_ROOT, "apps/backend/src/main.ts")],
    frontendCommand: [process.execPath, join(REPOSITORY_ROOT, "apps/frontend/src/main.ts")],
    loadCommand: [process.execPath, join(REPOSITORY_ROOT, "apps/lab/bin/lab.js"), "load"],
    seed,
    envoy,
  });
}
