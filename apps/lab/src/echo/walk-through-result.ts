import type { Environment } from "@grpc-lb-lab/measure";
import type { WalkThroughStep } from "./walk-through.ts";

/** What `lab demo --app echo` writes and prints with `--json`. */
export interface WalkThroughResult {
  readonly schema: "grpc-lb-lab/walk-through/1";
  readonly ok: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly environment: Environment;
  /** What went wrong by itself: rules that a pod rejected. */
  readonly problems: readonly string[];
  readonly steps: readonly WalkThroughStep[];
}
