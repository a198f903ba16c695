import { status } from "@grpc/grpc-js";
import * as v from "valibot";

/** What a pod does to calls on purpose, as Istio's HTTPFaultInjection does at a proxy. */
export interface Fault {
  /** Added to each call. */
  readonly latencyMs: number;
  /** At most so much more is added, evenly spread. */
  readonly jitterMs: number;
  /** The status of the calls that fail. */
  readonly errorCode: status;
  /** The share of calls that fail, 0 to 1. */
  readonly errorShare: number;
}

const NO_FAULT: Fault = { latencyMs: 0, jitterMs: 0, errorCode: status.UNAVAILABLE, errorShare: 0 };
const LONGEST_MS = 3_600_000;
const ERROR_CODES = Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== "OK");

const duration = v.pipe(
  v.number("must be a number of ms"),
  v.minValue(0, "must not be negative"),
  v.maxValue(LONGEST_MS, `must be at most ${LONGEST_MS}`),
);

const FaultFields = v.strictObject({
  latencyMs: v.optional(duration, NO_FAULT.latencyMs),
  jitterMs: v.optional(duration, NO_FAULT.jitterMs),
  errorCode: v.optional(v.picklist(ERROR_CODES, `must be one of ${ERROR_CODES.join(", ")}`), "UNAVAILABLE"),
  errorShare: v.optional(
    v.pipe(v.number("must be a number"), v.minValue(0, "must be from 0 to 1"), v.maxValue(1, "must be from 0 to 1")),
    NO_FAULT.errorShare,
  ),
});

/** valibot takes an array for an object. */
const FaultSchema = v.pipe(
  v.unknown(),
  v.check((value) => !Array.isArray(value), "must be an object"),
  FaultFields,
);

/** The fault in force: none at first. */
export class Faults {
  #current = NO_FAULT;

  get current(): Fault {
    return this.#current;
  }

  /** Replaces the fault by the one in a JSON text; what it leaves out is none. Returns what is wrong with the text, if anything. */
  replace(json: string): readonly string[] {
    const parsed = parse(json);
    if (parsed === undefined) return ["the body is not JSON"];
    const result = v.safeParse(FaultSchema, parsed.value);
    if (!result.success) return result.issues.map((issue) => `${v.getDotPath(issue) ?? "the body"}: ${issue.message}`);
    const { errorCode, ...rest } = result.output;
    this.#current = { ...rest, errorCode: status[errorCode as keyof typeof status] };
    return [];
  }

  /** The fault as `replace` takes it. */
  toJSON(): unknown {
    return { ...this.#current, errorCode: status[this.#current.errorCode] };
  }
}

function parse(json: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
