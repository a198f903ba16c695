import { describe, expect, it } from "vitest";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { mirror } from "./mirror.ts";

/** So many of 200 calls reach version v1, and so many v2. */
const seen = (v1: number, v2: number) =>
  evidence({ records: calls(200), received: { "pod-1": receivedCounted([v1]), "pod-3": receivedCounted([v2]) } });

describe("mirror", () => {
  it("is obeyed where v1 receives each call and v2 a copy, but for the last ones", () => {
    expect(outcomeOf(mirror, seen(200, 200))).toBe("obeyed");
    expect(outcomeOf(mirror, seen(200, 195))).toBe("obeyed");
  });

  it("is ignored where each call is received once, wherever", () => {
    expect(outcomeOf(mirror, seen(200, 0))).toBe("ignored");
    expect(outcomeOf(mirror, seen(100, 100))).toBe("ignored");
  });

  it("differs where v2 receives copies of half the calls, and where v1 receives copies, too", () => {
    expect(outcomeOf(mirror, seen(200, 100))).toBe("differs");
    expect(outcomeOf(mirror, seen(300, 100))).toBe("differs");
  });

  it("is never obeyed and ignored at once", () => {
    for (let v2 = 0; v2 <= 200; v2 += 1) outcomeOf(mirror, seen(200, v2));
    for (let v2 = 0; v2 <= 200; v2 += 1) outcomeOf(mirror, seen(200 - v2, v2));
  });
});
