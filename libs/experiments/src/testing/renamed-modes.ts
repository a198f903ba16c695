import { randomBytes } from "node:crypto";
import { MODE_NAMES, modeNamed } from "@grpc-lb-lab/modes";
import type { Learn, Mode } from "@grpc-lb-lab/stage-api";

const NOTHING: Learn = { by: "nothing", newPod: undefined, staleMs: 0 };
/** What nobody has yet, so that its bounds are looked at, too: a proxy that has asked DNS once, at its start. */
const STATIC_PROXY: Mode = {
  ...modeNamed("envoy"),
  path: (settings) =>
    modeNamed("envoy")
      .path(settings)
      .map((hop) => (hop.learn.by === "polled DNS" ? { ...hop, learn: NOTHING } : hop)),
};

const STATIC = "static proxy";

/** By what the tests call the modes: the names that they have elsewhere, and one that is made up. */
export const KEYS: readonly string[] = [...MODE_NAMES, STATIC];
export type ModeKey = string;

/** The modes under random names, other ones at each run: what comes out here cannot depend on what a mode is called. */
const RENAMED = new Map(
  KEYS.map((key) => {
    const mode = key === STATIC ? STATIC_PROXY : modeNamed(key);
    return [key, { ...mode, name: `mode-${randomBytes(4).toString("hex")}` }];
  }),
);

/** All of them. */
export const RENAMED_MODES: readonly Mode[] = [...RENAMED.values()];

/** The mode that is known by `key` elsewhere, under its name of today. */
export function renamed(key: ModeKey): Mode {
  const mode = RENAMED.get(key);
  if (mode === undefined) throw new Error(`there is no mode ${key}`);
  return mode;
}
