import * as v from "valibot";
import { InputError } from "../input-error.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

/** The longest that a load may run, so that a forgotten one ends by itself. */
export const LONGEST_LOAD_MS = 600_000;

/**
 * What `lab load` reads as its first line of stdin. Either `rate` (open loop: calls per second by schedule, whatever the answers
 * do) or `inFlight` (closed loop: that many calls at once, each followed by the next). It ends after `calls`, after `durationMs`,
 * or when told to stop, whichever comes first.
 */
export const LoadSpec = v.pipe(
  v.strictObject({
    rate: v.optional(positive),
    inFlight: v.optional(count),
    calls: v.optional(count),
    durationMs: v.optional(v.pipe(positive, v.maxValue(LONGEST_LOAD_MS)), LONGEST_LOAD_MS),
    /** Channels, each with connections of its own, as so many client pods would have. */
    clients: v.optional(count, 1),
    /** The `name` that is greeted. */
    name: v.optional(v.string(), "lab"),
    warmUp: v.optional(
      v.strictObject({
        /** Each client calls, uncounted, until so many different pods have answered it … */
        distinctPods: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1),
        /** … and it has made so many calls … */
        calls: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 20),
        /** … or this time has passed. */
        maxMs: v.optional(positive, 5_000),
      }),
      {},
    ),
  }),
  v.check((spec) => (spec.rate === undefined) !== (spec.inFlight === undefined), "give one of rate and inFlight"),
);
/** A specification as written: what has a default may be left out. */
export type LoadSpec = v.InferInput<typeof LoadSpec>;
/** A specification with its defaults filled in. */
export type CompleteLoadSpec = v.InferOutput<typeof LoadSpec>;

/**
 * Reads a specification from its JSON line.
 * @throws {InputError} that names every wrong field.
 */
export function readLoadSpec(line: string): CompleteLoadSpec {
  const result = v.safeParse(LoadSpec, parseJson(line));
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? "specification"}: ${issue.message}`);
  throw new InputError(`the load specification on stdin is wrong: ${problems.join("; ")}`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new InputError(
      'the first line of stdin must be a load specification as JSON, for example {"rate":100,"durationMs":5000}',
    );
  }
}
