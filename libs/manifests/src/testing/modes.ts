import { MODE_NAMES } from "@grpc-lb-lab/modes";

/** What there is an overlay and a values file for. */
export const MODES: readonly string[] = MODE_NAMES;
