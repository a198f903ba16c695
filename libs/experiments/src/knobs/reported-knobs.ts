import type { Knob } from "@grpc-lb-lab/measure";
import { ruledRetries } from "@grpc-lb-lab/modes";
import type { Path } from "@grpc-lb-lab/stage-api";
import { isReadOn, KNOBS, type KnobDeclaration } from "./knob-table.ts";
import type { Knobs } from "./knobs.ts";

/** The path of the run's mode under other knobs. */
type PathWith = (knobs: Knobs) => Path;

/** The knobs in force as a result shows them: each beside its default, with the reason where they differ. */
export function reportedKnobs(knobs: Knobs, pathWith: PathWith): Knob[] {
  const path = pathWith(knobs);
  const read = Object.entries<KnobDeclaration>(KNOBS).filter(([, declaration]) => isReadOn(path, declaration));
  return read.flatMap(([name, declaration]) => {
    return IN_OWN_WORDS[name]?.(knobs, pathWith) ?? shown(declaration, knobs[name as keyof Knobs] as Knob["value"]);
  });
}

const OWN = "the mode's own";

/** Streams in production last for minutes. */
const USUAL_STREAM_MS = 300_000;

/** Knobs that are more, or other, than a value beside a default. */
const IN_OWN_WORDS: Readonly<Record<string, (knobs: Knobs, pathWith: PathWith) => Knob[]>> = {
  rate: ({ rate, inFlight }) =>
    rate === undefined
      ? [asIs("inFlight", inFlight ?? 1, 1, "closed loop, as asked")]
      : [asIs("ratePerSecond", rate, rate)],
  // Where a grace is set it ends streams; elsewhere there is nothing to tell.
  maxAgeGraceMs: ({ maxAgeGraceMs }) =>
    maxAgeGraceMs === 0 ? [] : [asIs("maxConnectionAgeGraceMs", maxAgeGraceMs, 0, "as asked, or as deployed")],
  streamMs: ({ streamMs }) =>
    streamMs === undefined
      ? []
      : [asIs("streamMs", streamMs, USUAL_STREAM_MS, lengthReason(streamMs, USUAL_STREAM_MS))],
  policy: ({ policy }) => [asIs("policy", policy ?? OWN, OWN, "as asked")],
  // In numbers: they are what hides failures when nobody has asked for any.
  proxyRetries: (knobs, pathWith) => {
    const standard = ruledRetries(pathWith({ ...knobs, proxyRetries: undefined }));
    return [asIs("proxyRetries", ruledRetries(pathWith(knobs)), standard, "as asked")];
  },
  proxyVariant: ({ proxyVariant }) => [asIs("variant", proxyVariant ?? OWN, OWN, "as asked")],
  drain: ({ drain, drainDelayMs }) => [
    asIs("drain", drain ? `${drainDelayMs} ms` : "off", "off", "in Kubernetes preStop sleeps instead"),
  ],
};

function shown({ shown: as }: KnobDeclaration, value: Knob["value"]): Knob[] {
  if (as === undefined) return [];
  const { name, standard, why = lengthReason(Number(value), Number(standard)) } = as;
  return [asIs(name, value, standard, why)];
}

function asIs(name: string, value: Knob["value"], standard: Knob["value"], reason = ""): Knob {
  return { name, value, default: standard, reason: value === standard ? "" : reason };
}

/** Why a time differs from its default. */
export function lengthReason(valueMs: number, defaultMs: number): string {
  return valueMs < defaultMs ? "shortened to keep the run short" : "as asked";
}
