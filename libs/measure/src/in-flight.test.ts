import { describe, expect, it } from "vitest";
import { mostInFlightOnAPod } from "./in-flight.ts";
import { seededRandom } from "./random.ts";
import { shuffled } from "./testing/arrays.ts";
import { call, failed } from "./testing/call.ts";

describe("the most calls in flight on a pod", () => {
  it("counts each pod by itself, and answered calls only", () => {
    const records = [call(0), call(5), call(6, { pod: "b" }), failed(6), call(12)];
    expect(mostInFlightOnAPod(records)).toBe(2);
  });

  it("does not count a call that ends as the next begins", () => {
    expect(mostInFlightOnAPod([call(0), call(10), call(20)])).toBe(1);
  });

  it("is 0 without calls, and does not depend on their order", () => {
    expect(mostInFlightOnAPod([])).toBe(0);
    const records = Array.from({ length: 100 }, (_, i) => call(2 * i, { latencyMs: 9 }));
    expect(mostInFlightOnAPod(shuffled(records, seededRandom(8)))).toBe(5);
  });
});
