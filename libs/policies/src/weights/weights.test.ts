import { describe, expect, it } from "vitest";
import { UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { weights } from "./weights.ts";

/** So many of 300 calls are answered by version v2. */
const seen = (byV2: number) =>
  evidence({ records: [...calls(byV2, { pod: "pod-3" }), ...calls(300 - byV2, { pod: "pod-1" })] });

describe("weights", () => {
  it("are obeyed where the versions' shares are as asked", () => {
    expect(outcomeOf(weights, seen(240))).toBe("obeyed");
    expect(outcomeOf(weights, seen(225))).toBe("obeyed");
  });

  it("are ignored where the shares are those of the pods", () => expect(outcomeOf(weights, seen(150))).toBe("ignored"));

  it("differ where one version gets all, and where no call is answered", () => {
    expect(outcomeOf(weights, seen(300))).toBe("differs");
    expect(outcomeOf(weights, seen(0))).toBe("differs");
    expect(outcomeOf(weights, evidence({ records: calls(300, { code: UNAVAILABLE }) }))).toBe("differs");
  });

  it("are never obeyed and ignored at once", () => {
    for (let byV2 = 0; byV2 <= 300; byV2 += 1) outcomeOf(weights, seen(byV2));
  });
});
