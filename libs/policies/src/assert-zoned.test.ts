import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { assertZoned } from "./assert-zoned.ts";
import { evidence } from "./testing/evidence.ts";

/** What is said of a deployment whose client and pods are in these zones; undefined: nothing. */
function said(clientZone: string | undefined, zones: readonly string[]): string | undefined {
  const { pods } = evidence({ pods: zones.map((zone) => ({ zone })) });
  try {
    assertZoned("made-up", { clientZone, pods: () => pods });
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
}

it("takes pods in the client's zone, and in another", () => {
  expect([said("lab-b", ["lab-a", "lab-b"]), said("lab-a", ["lab-a", "lab-b", "lab-c"])]).toEqual([
    undefined,
    undefined,
  ]);
});

it("says what is missing, and what to do", () => {
  expect(said(undefined, ["lab-a", "lab-b"])).toContain("which is not known: label the nodes");
  expect(said("lab-a", ["lab-a", "lab-a"])).toContain("and they are in lab-a: give the cluster nodes of two zones");
  expect(said("lab-a", ["lab-b", "lab-c"])).toContain("they are in lab-b, lab-c");
});
