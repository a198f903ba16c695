import { expect, it } from "vitest";
import { evidence } from "../testing/evidence.ts";
import { outcomeOf } from "../testing/outcome-of.ts";
import { around, FAR, OWN, ZONED_PODS } from "../testing/zones.ts";
import { localityDistribute } from "./locality-distribute.ts";

const seen = (own: number, far: number) =>
  evidence({ pods: ZONED_PODS, records: [...around(OWN, own), ...around(FAR, far)] });

it("is obeyed by 85 of 100 calls, ignored by half of them, within 5 standard deviations", () => {
  const outcomes = [225, 255, 285, 107, 150, 193].map((own) => outcomeOf(localityDistribute, seen(own, 300 - own)));
  expect(outcomes).toEqual(["obeyed", "obeyed", "obeyed", "ignored", "ignored", "ignored"]);
});

it("is neither in between, or where all calls stay", () => {
  const outcomes = [194, 224, 300].map((own) => outcomeOf(localityDistribute, seen(own, 300 - own)));
  expect(outcomes).toEqual(["differs", "differs", "differs"]);
});

it("is asked for clients of either zone, so that it does not matter where the scheduler puts them", () => {
  expect(localityDistribute.dialects(localityDistribute.parameters).Istio?.objects[0]?.spec).toMatchObject({
    trafficPolicy: {
      loadBalancer: {
        localityLbSetting: {
          distribute: [
            { from: "lab/lab-a/*", to: { "lab/lab-a/*": 85, "lab/lab-b/*": 15 } },
            { from: "lab/lab-b/*", to: { "lab/lab-b/*": 85, "lab/lab-a/*": 15 } },
          ],
        },
      },
    },
  });
});

it("is judged from where the client is", () => {
  const elsewhere = { ...seen(255, 45), clientZone: "lab-b" };
  expect(outcomeOf(localityDistribute, elsewhere)).toBe("differs");
  expect(outcomeOf(localityDistribute, { ...seen(45, 255), clientZone: "lab-b" })).toBe("obeyed");
});
