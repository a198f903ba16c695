import { globSync } from "node:fs";
import { expect } from "vitest";
import { checked } from "../testing/checked.ts";
import { inRepository } from "../testing/in-repository.ts";
import { renderTest as test } from "../testing/render-test.ts";
import { RULES } from "./index.ts";

const EXAMPLES = inRepository("libs/manifests/examples");
/** `<rule>/<case>`: an overlay with one mistake. */
const examples = globSync("*/*/", { cwd: EXAMPLES }).toSorted();

test("every rule has an example that breaks it", () => {
  const broken = new Set(examples.map((example) => example.split("/", 1)[0]));
  expect([...broken].toSorted()).toEqual(["schema", ...RULES.map(({ name }) => name)].toSorted());
});

test.each(examples)("%s is found, and nothing else", async (example) => {
  const problems = await checked(`${EXAMPLES}/${example}`);
  expect(problems.length).toBeGreaterThan(0);
  expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set([example.split("/", 1)[0]]));
});

test("each part of the profile restricted is looked at", async () => {
  const cases = ["nothing-set", "node"].map((name) => checked(`${EXAMPLES}/pod-security-restricted/${name}`));
  const reasons = (await Promise.all(cases)).flat().map(({ reason }) => reason);
  expect(reasons).toEqual([
    "container app may run as root",
    "container app may gain privileges",
    "container app keeps capabilities",
    "container app has no seccomp profile",
    "the pod uses hostNetwork of its node",
    "the volume docker has a type that can reach the node",
    "container app is privileged",
    "container app adds capabilities",
    "container app uses a port of its node",
  ]);
});

test("what must be text and is not quoted is to be quoted", async () => {
  expect(await checked(`${EXAMPLES}/schema/unquoted`)).toEqual([
    expect.objectContaining({ object: "Deployment/backend", remedy: "quote it" }),
  ]);
});

test("each part of a route that clients without a proxy refuse is found", async () => {
  const problems = await checked(`${EXAMPLES}/proxyless-refuses/routes`);
  const refuse =
    "clients without a proxy (Deployment/client, Deployment/frontend) refuse all routes of the host, and their calls wait for their deadline";
  expect(problems.map(({ reason }) => reason)).toEqual([
    `spec.http[0].corsPolicy: ${refuse}`,
    `spec.http[1].fault.abort: ${refuse}: the abort has no percentage`,
  ]);
});
