import { APPS, InputError, LONGEST_LOAD_MS, METHODS, METHODS_OF } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

/** What `lab load` reads as its first line of stdin: the `LoadSpec` of stage-api, which says what the fields mean. */
export const LoadSpecSchema = v.pipe(
  v.strictObject({
    rate: v.optional(positive),
    arrivals: v.optional(v.picklist(["even", "random"]), "even"),
    inFlight: v.optional(count),
    calls: v.optional(count),
    durationMs: v.optional(v.pipe(positive, v.maxValue(LONGEST_LOAD_MS)), LONGEST_LOAD_MS),
    /** Channels, each with connections of its own, as so many client pods would have. */
    clients: v.optional(count, 1),
    app: v.optional(v.picklist(APPS), "greeter"),
    /** The `name` that is greeted, or the message that is echoed. */
    name: v.optional(v.string(), "lab"),
    kinds: v.optional(
      v.pipe(
        v.array(
          v.strictObject({
            method: v.optional(v.picklist(METHODS), "SayHello"),
            messages: v.optional(v.strictObject({ everyMs: count, count: v.optional(count) })),
            metadata: v.optional(v.record(v.string(), v.string()), {}),
            deadlineMs: v.optional(positive),
          }),
        ),
        v.minLength(1),
        v.readonly(),
      ),
      [{}],
    ),
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
  v.check((spec) => (spec.rate === undefined) !== (spec.inFlight === undefined), "give either rate or inFlight"),
  v.check(
    ({ app, kinds }) => kinds.every(({ method }) => METHODS_OF[app].includes(method)),
    "kinds: the application has not every method that they name",
  ),
  v.check(
    ({ kinds }) => kinds.every(({ method, messages }) => method !== "SayHello" || messages === undefined),
    "kinds: SayHello has one message: leave messages out, or name a method that streams",
  ),
);
/** A specification with its defaults filled in. */
export type CompleteLoadSpec = v.InferOutput<typeof LoadSpecSchema>;

/**
 * Reads a specification from its JSON line.
 * @throws {InputError} that names every wrong field.
 */
export function readLoadSpec(line: string): CompleteLoadSpec {
  const result = v.safeParse(LoadSpecSchema, parseJson(line));
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
