import type { Mode, Path } from "@grpc-lb-lab/stage-api";
import { AS_IT_IS } from "./as-it-is.ts";

/** The path of a mode with nothing asked of it, for what does not depend on settings: kinds of picks, of learning, dialects. */
export function undisturbedPath({ path }: Mode): Path {
  return path(AS_IT_IS);
}
