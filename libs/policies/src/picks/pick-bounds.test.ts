import { describe, expect, it } from "vitest";
import { balanceLeastRequest } from "../balance-least-request/balance-least-request.ts";
import { balanceRandom } from "../balance-random/balance-random.ts";
import { balanceRoundRobin } from "../balance-round-robin/balance-round-robin.ts";
import { judge } from "../outcome.ts";
import { calls, evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { FOUR_PODS, PICKERS, pathOf, picked } from "../testing/picks.ts";
import { pickBounds } from "./pick-bounds.ts";

const KINDS = ["first", "rotation", "random", "least request"] as const;
const POLICIES = { rotation: balanceRoundRobin, random: balanceRandom, "least request": balanceLeastRequest };

describe.each(Object.entries(PICKERS))("picks as %s makes them", (made, picker) => {
  const kind = made.startsWith("rotation") ? "rotation" : made;

  it("are seen to be of that kind, and of no other", () => {
    const seen = picked(picker(), pathOf({ kind: "rotation" }));
    const kinds = KINDS.filter((asked) => pickBounds(asked, seen).every(({ ok }) => ok));
    expect(kinds).toEqual([kind]);
  });

  it.each(Object.entries(POLICIES))(
    "obey who asks for %s, or ignore it where the path makes them, or differ",
    (asked, policy) => {
      for (const own of KINDS) {
        const outcome = outcomeOf(policy, picked(picker(), pathOf({ kind: own })));
        expect([own, outcome]).toEqual([own, kind === asked ? "obeyed" : kind === own ? "ignored" : "differs"]);
      }
    },
  );
});

it("obeying is said to be as without the rule where the path picks so by itself, and only there", () => {
  const judged = (own: (typeof KINDS)[number], asked = balanceRoundRobin) =>
    judge(asked, {}, picked(PICKERS.rotation(), pathOf({ kind: own })), []);
  expect(judged("rotation")).toMatchObject({ outcome: "obeyed", asWithoutRule: true });
  expect(judged("rotation").words).toMatch(/^as without the rule: pods that answered: 4;/);
  expect(judged("random")).toMatchObject({ outcome: "obeyed", asWithoutRule: false });
  expect(judged("random").words).toMatch(/^pods that answered: 4;/);
  expect(judged("rotation", balanceRandom)).toMatchObject({ outcome: "ignored", asWithoutRule: false });
});

it("each channel takes turns by itself, whatever others do meanwhile", () => {
  const records = calls(400).map((record, n) => ({
    ...record,
    client: n % 2,
    pod: FOUR_PODS[Math.floor(n / 2) % 4]?.name,
  }));
  const seen = evidence({ pods: FOUR_PODS, records, path: pathOf({ kind: "rotation" }) });
  expect(outcomeOf(balanceRoundRobin, seen)).toBe("obeyed");
});

it("calls that fail are no picks of any kind", () => {
  const seen = evidence({ pods: FOUR_PODS, records: calls(400, { code: 14 }) });
  expect(KINDS.filter((kind) => pickBounds(kind, seen).every(({ ok }) => ok))).toEqual([]);
});

it("what is obeyed is in the path", () => {
  const [channel] = pathOf({ kind: "rotation" });
  expect(balanceRandom.onPath(pathOf({ kind: "rotation" }), {})).toEqual([
    { ...channel, pick: { kind: "random", scope: "channel" } },
  ]);
});
