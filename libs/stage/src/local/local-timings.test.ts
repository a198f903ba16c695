import { InputError } from "@grpc-lb-lab/stage-api";
import { describe, expect, it } from "vitest";
import { LOCAL_TIMINGS, localTimings } from "./local-timings.ts";

describe("the local stage's timings", () => {
  it("are as listed, but for what is overridden", () => {
    const timings = localTimings({ dnsTtlMs: 0 });
    expect(timings).toMatchObject({ dnsTtlMs: 0, endpointLagMs: LOCAL_TIMINGS.endpointLagMs.value });
  });

  it.each(["dnsTtl", "toString"])("do not have a %s", (name) => {
    expect(() => localTimings({ [name]: 1 })).toThrow(InputError);
    expect(() => localTimings({ [name]: 1 })).toThrow(`has no timing ${name}; it has endpointLagMs, `);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e9])("refuse %d ms", (value) => {
    expect(() => localTimings({ dnsTtlMs: value })).toThrow(`timing dnsTtlMs is ${value}; it must be 0 to`);
  });
});
