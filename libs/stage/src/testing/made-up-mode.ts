import { modeNamed } from "@grpc-lb-lab/modes";
import type { Launchers, Mode } from "@grpc-lb-lab/stage-api";

/** A mode that no folder has: as `plain`, but for its name and how stages bring it up. */
export function madeUpMode(launchers: Launchers): Mode {
  return { ...modeNamed("plain"), name: "made-up", launchers };
}
