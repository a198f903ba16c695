import { seededRandom } from "@grpc-lb-lab/measure";
import { expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { FOUR_PODS, PICKERS, pathOf, picked } from "../testing/picks.ts";
import { sessionAffinity } from "./session-affinity.ts";

/** 400 calls of eight clients, each with a connection to one pod. */
function connected(podOf: (client: number) => number) {
  const records = calls(400).map((record, n) => ({ ...record, client: n % 8, pod: FOUR_PODS[podOf(n % 8)]?.name }));
  return evidence({ pods: FOUR_PODS, records, path: pathOf({ kind: "first" }) });
}

it("is obeyed where all clients of the address meet one pod, whatever the path does by itself", () => {
  for (const kind of ["first", "rotation", "random", "least request"] as const) {
    expect(outcomeOf(sessionAffinity, picked(PICKERS.first(), pathOf({ kind })))).toBe("obeyed");
  }
});

it("is ignored where pods are picked as ever, and differs where they are picked otherwise", () => {
  expect(outcomeOf(sessionAffinity, picked(PICKERS.rotation(), pathOf({ kind: "rotation" })))).toBe("ignored");
  const byLot = picked(PICKERS.random(seededRandom(7)), pathOf({ kind: "rotation" }));
  expect(judge(sessionAffinity, {}, byLot, [])).toMatchObject({ outcome: "differs", words: "pods are drawn by lot" });
});

it("is ignored where each connection has its pod, and there are several", () => {
  expect(
    outcomeOf(
      sessionAffinity,
      connected((client) => client % 3),
    ),
  ).toBe("ignored");
});

it("differs where one call of all has gone astray", () => {
  const one = picked((n) => (n === 17 ? 1 : 0), pathOf({ kind: "rotation" }));
  expect(outcomeOf(sessionAffinity, one)).toBe("differs");
});
