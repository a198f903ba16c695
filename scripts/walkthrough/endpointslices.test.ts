import { describe, expect, it } from "vitest";
import { failedAtMost, podsReady } from "./endpointslices.ts";

describe("the pods that are there", () => {
  const ready = "backend-1   1/1   Running   0     9s\n";
  it.each([
    [ready + ready, undefined],
    [ready, "1 of 1 pods are ready, not 2 of 2"],
    [`${ready}${ready}backend-3   1/1   Terminating   0     9s\n`, "2 of 3 pods are ready, not 2 of 2"],
    [`${ready}backend-3   0/1   Running   0     9s\n`, "1 of 2 pods are ready, not 2 of 2"],
    ["No resources found in endpointslices namespace.\n", "0 of 1 pods are ready, not 2 of 2"],
  ])("%j", (output, problem) => {
    expect(podsReady(2)(output)).toBe(problem);
  });
});

describe("how calls ended", () => {
  const shares =
    "#240 - Greeting: Hello from backend-a, lab!\n\nbackend-a  ####  60.0 %  3\nbackend-b  ###   40.0 %  2\n";
  it.each([
    [shares, undefined],
    [`${shares}3 calls failed\n`, undefined],
    [`${shares}4 calls failed\n`, "4 calls failed, more than 3"],
    ["#240 - UNAVAILABLE: no connection\n\nNo pod answered.\n240 calls failed\n", "no call was answered"],
    ["", "no call was answered"],
  ])("%j", (output, problem) => {
    expect(failedAtMost(3)(output)).toBe(problem);
  });
});
