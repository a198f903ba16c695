import type { Mode } from "@grpc-lb-lab/stage-api";
import { envoy } from "./envoy/index.ts";
import { gateway } from "./gateway/index.ts";
import { haproxy } from "./haproxy/index.ts";
import { headless } from "./headless/index.ts";
import { nginx } from "./nginx/index.ts";
import { plain } from "./plain/index.ts";
import { proxyless } from "./proxyless/index.ts";
import { sidecar } from "./sidecar/index.ts";
import { traefik } from "./traefik/index.ts";
import { watch } from "./watch/index.ts";

/** All modes, in the order in which they are shown. */
export const MODES: readonly Mode[] = [
  plain,
  headless,
  watch,
  envoy,
  nginx,
  haproxy,
  traefik,
  sidecar,
  proxyless,
  gateway,
];

/** Their names. */
export const MODE_NAMES: readonly string[] = MODES.map(({ name }) => name);

/** The mode beside whose latency that of the others is shown: nothing between, nothing beside, and balanced. */
export const BASELINE: Mode = headless;

/**
 * The mode of a name.
 * @throws when there is none: who takes names from outside has looked before.
 */
export function modeNamed(name: string): Mode {
  const mode = MODES.find((candidate) => candidate.name === name);
  if (mode === undefined) throw new Error(`there is no mode ${name}; there are ${MODE_NAMES.join(", ")}`);
  return mode;
}
