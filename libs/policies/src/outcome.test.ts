import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { faultAbort } from "./fault-abort/fault-abort.ts";
import { judge } from "./outcome.ts";
import { UNAVAILABLE } from "./status-codes.ts";
import { calls, evidence, receivedCounted } from "./testing/evidence.ts";

const ANSWERED = evidence({ records: calls(200), received: { "pod-1": receivedCounted([200]) } });

it("says that it cannot tell where what was asked is as likely to be chance", () => {
  expect(() => judge(faultAbort, { percent: 5 }, ANSWERED, [])).toThrow(InputError);
  expect(() => judge(faultAbort, { percent: 5 }, ANSWERED, [])).toThrow(
    "fault-abort with percent=5 would look the same if nobody heeded it (calls that end UNAVAILABLE: 0 of 200",
  );
  expect(judge(faultAbort, { percent: 50 }, ANSWERED, []).outcome).toBe("ignored");
});

it("does not take calls that fail otherwise for a rule that is ignored", () => {
  const hanging = evidence({ records: calls(200, { code: 4 }) });
  expect(judge(faultAbort, { percent: 50 }, hanging, []).outcome).toBe("differs");
});

it("asks first who refused", () => {
  const records = calls(200, { code: UNAVAILABLE });
  const refusal = { by: "the client (NACK)", reason: "no such policy" };
  expect(judge(faultAbort, { percent: 50 }, evidence({ records }), [refusal])).toMatchObject({
    outcome: "refused",
    words: "the client (NACK): no such policy",
  });
});
