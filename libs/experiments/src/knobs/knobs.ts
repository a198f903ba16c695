import type { TimingOverrides } from "@grpc-lb-lab/stage-api";
import { KNOBS, type KnobDeclaration } from "./knob-table.ts";

type Values = { readonly [K in keyof typeof KNOBS]: (typeof KNOBS)[K]["standard"] };

/** The settings of a run, as {@link KNOBS} declares them. */
export interface Knobs extends Values {
  /** Overrides of the stage's timings. */
  readonly timings: TimingOverrides;
}

/** What a caller may set: anything, the rest comes from the experiment. */
export type KnobOverrides = { readonly [K in keyof Knobs]?: Knobs[K] | undefined };

const STANDARDS = Object.entries<KnobDeclaration>(KNOBS).map(([name, { standard }]) => [name, standard]);

/** The settings that every run starts from. */
export const BASE_KNOBS: Knobs = { ...Object.fromEntries(STANDARDS), timings: {} };

/** The knobs of a run: the base, the experiment's own, then what the caller set. */
export function resolveKnobs(own: KnobOverrides, asked: KnobOverrides): Knobs {
  const merged = { ...BASE_KNOBS, ...definedOnly(own), ...definedOnly(asked) };
  const timings = { ...own.timings, ...asked.timings };
  const isClosed = asked.inFlight !== undefined || (own.inFlight !== undefined && asked.rate === undefined);
  const loop = isClosed ? { rate: asked.rate } : {};
  return { ...merged, ...loop, timings };
}

function definedOnly(knobs: KnobOverrides): Partial<Knobs> {
  return Object.fromEntries(Object.entries(knobs).filter(([, value]) => value !== undefined));
}
