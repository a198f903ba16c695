import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { checkManifests } from "./check-manifests.ts";
import { readInputs } from "./read-inputs.ts";

const CASES = join(import.meta.dirname, "../cases");
/** What people wrote, and what is to be said of it beside the profile of pod security: rules, with the lines that they are about. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  "older-istio-version.yaml": ["drain-present 16"],
  "printed-by-a-generator.yaml": [],
  "printed-by-kubectl-get.yaml": ["drain-present 43"],
  "sleep-by-exec.yaml": [],
  "sleep-by-a-shell.yaml": ["drain-time 15"],
  "unnamed-container-port.yaml": ["drain-present 14", "grpc-port-names 26"],
  "injection-by-revision.yaml": ["probes-under-strict 28"],
  "headless-at-another-port.yaml": ["headless-target-port 20"],
  "empty-document-at-the-end.yaml": [],
};

it("has the right answer for each case", () => {
  expect(readdirSync(CASES).toSorted()).toEqual(Object.keys(RIGHT).toSorted());
});

it.each(Object.entries(RIGHT))("%s: %j", async (file, right) => {
  const problems = checkManifests(await readInputs([join(CASES, file)], Readable.from([])));
  const found = problems.filter(({ rule }) => rule !== "pod-security-restricted");
  expect(found.map(({ rule, line }) => `${rule} ${line}`)).toEqual(right);
});
