import { AS_IT_IS } from "@grpc-lb-lab/modes";
import type { Mode, Path } from "@grpc-lb-lab/stage-api";

/** The path of a mode with nothing asked of it. */
export function plainPath(mode: Mode): Path {
  return mode.path(AS_IT_IS);
}
