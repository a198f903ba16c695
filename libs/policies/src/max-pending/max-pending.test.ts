import { describe, expect, it } from "vitest";
import { DEADLINE_EXCEEDED, UNAVAILABLE } from "../status-codes.ts";
import { calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { maxPending } from "./max-pending.ts";

/** So many calls fail with a code, and so many are answered. */
const seen = (failed: number, answered: number, code = UNAVAILABLE) =>
  evidence({ records: [...calls(failed, { code }), ...calls(answered)] });

describe("max-pending", () => {
  it("is obeyed where some calls are refused, and others are answered", () => {
    expect(outcomeOf(maxPending, seen(29, 500))).toBe("obeyed");
  });

  it("is ignored where none is refused", () => expect(outcomeOf(maxPending, seen(0, 500))).toBe("ignored"));

  it("differs where nothing is answered, and where calls wait until their deadline", () => {
    expect(outcomeOf(maxPending, seen(30, 0))).toBe("differs");
    expect(
      outcomeOf(maxPending, evidence({ records: [...calls(1, { code: DEADLINE_EXCEEDED }), ...seen(9, 9).records] })),
    ).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let refused = 0; refused <= 30; refused += 1) outcomeOf(maxPending, seen(refused, 100));
  });
});
