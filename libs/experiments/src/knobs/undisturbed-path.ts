import type { Mode, Path } from "@grpc-lb-lab/stage-api";
import { BASE_KNOBS } from "./knobs.ts";

/** The path of a mode under the base's settings, for what does not depend on settings: kinds of picks, of learning, dialects. */
export function undisturbedPath(mode: Mode): Path {
  return mode.path({ ...BASE_KNOBS, timings: {}, pushMs: 0 });
}
