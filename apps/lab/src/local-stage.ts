import { join } from "node:path";
import { LocalStage } from "@grpc-lb-lab/stage";
import type { FindProgram } from "@grpc-lb-lab/stage-api";
import { REPOSITORY_ROOT } from "./repository-root.ts";

/** What differs between the commands that use the local stage. */
export interface LocalStageSettings {
  readonly seed: number;
  /** Finds programs that are not the lab's own. */
  readonly find: FindProgram;
}

/** The local stage with this workspace's applications and this program's own load, on the Node that runs the lab. */
export function localStage({ seed, find }: LocalStageSettings): LocalStage {
  return new LocalStage({
    backendCommand: [process.execPath, join(REPOSITORY_ROOT, "apps/backend/src/main.ts")],
    echoCommand: [process.execPath, join(REPOSITORY_ROOT, "apps/echo/src/main.ts")],
    frontendCommand: [process.execPath, join(REPOSITORY_ROOT, "apps/frontend/src/main.ts")],
    loadCommand: [process.execPath, join(REPOSITORY_ROOT, "apps/lab/bin/lab.js"), "load"],
    seed,
    find,
  });
}
