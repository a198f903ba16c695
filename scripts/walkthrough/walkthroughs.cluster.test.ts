import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { echo } from "./echo.ts";
import { endpointslices } from "./endpointslices.ts";
import { greeter } from "./greeter.ts";
import { makeTarget, runCommand, testContext } from "./testing/make-target.ts";

// Needs a cluster with Istio, and grpcurl and jq; LAB_KUBE_CONTEXT names its context.
const context = testContext();
const walkthroughs = Object.entries({ greeter, echo, endpointslices });
const MINUTES = 60_000;

const removeAll = () => {
  const namespaces = walkthroughs.map(([, { namespace }]) => namespace);
  return runCommand("kubectl", ["--context", context, "delete", "namespace", ...namespaces, "--ignore-not-found"]);
};
beforeAll(removeAll, 3 * MINUTES);
afterAll(removeAll, 3 * MINUTES);

// Each has a namespace of its own.
describe.concurrent("a walk-through", { timeout: 10 * MINUTES }, () => {
  it.each(walkthroughs)("%s comes out as told", async (name, { steps, namespace }) => {
    const { status, stdout, stderr } = await makeTarget(`walkthrough-${name}`, [`CONTEXT=${context}`]);
    const differing = stdout.split("\n").filter((line) => line.includes("differs: "));
    expect([stderr, ...differing]).toEqual([""]);
    for (const { title, command } of steps) expect(stdout).toContain(`# ${title}\n$ ${command}\n`);
    expect(stdout).toContain(
      `\nEverything came out as expected. To remove it: kubectl --context ${context} delete namespace ${namespace}\n`,
    );
    expect(status).toBe(0);
  });
});

it("does not begin on what an earlier run has left", async () => {
  await runCommand("kubectl", ["--context", context, "create", "namespace", greeter.namespace]); // Or it is there still.
  const { status, stdout, stderr } = await makeTarget("walkthrough-greeter", [`CONTEXT=${context}`]);
  expect(stderr).toContain(
    "walkthrough: the namespace grpcdemo already exists, perhaps from an earlier run: remove it first",
  );
  expect(stdout).toBe("");
  expect(status).toBe(2);
});
