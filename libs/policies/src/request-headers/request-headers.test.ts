import { expect, it } from "vitest";
import { judge } from "../outcome.ts";
import { calls, evidence, receivedCounted } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { requestHeaders } from "./request-headers.ts";

type Headers = NonNullable<Parameters<typeof receivedCounted>[1]>["headers"];

/** 100 calls, half of them at each pod, which has seen these headers. */
function seen(headers: NonNullable<Headers>, each = 50) {
  const pod = receivedCounted([each], { headers });
  return evidence({ records: calls(100), received: { "pod-1": pod, "pod-2": pod } });
}

const AS_SENT = { "x-lab-set": { client: 50 }, "x-lab-add": { client: 50 }, "x-lab-remove": { client: 50 } };

it("is obeyed where all three came, also in calls of the warm-up", () => {
  const apart = seen({ "x-lab-set": { rule: 52 }, "x-lab-add": { client: 50, rule: 52 } });
  const joined = seen({ "x-lab-set": { rule: 52 }, "x-lab-add": { "client, rule": 50, rule: 2 } });
  expect([outcomeOf(requestHeaders, apart), outcomeOf(requestHeaders, joined)]).toEqual(["obeyed", "obeyed"]);
});

it("is ignored where headers come as they were sent", () => {
  expect(outcomeOf(requestHeaders, seen(AS_SENT))).toBe("ignored");
});

it("differs where one of them came, and says which", () => {
  const judged = judge(requestHeaders, {}, seen({ ...AS_SENT, "x-lab-set": { rule: 52 } }), []);
  expect(judged).toMatchObject({ outcome: "differs", words: "set, not added, not removed" });
});

it("differs where pods see no call", () => {
  expect(outcomeOf(requestHeaders, seen({}, 0))).toBe("differs");
});
