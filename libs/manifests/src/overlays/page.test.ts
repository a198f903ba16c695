import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import type { Attributed } from "./attribute.ts";
import { overlaysPage } from "./page.ts";

const settings: Manifest = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings" },
  data: { POLICY: "a|b" },
};
const facts = (name: string) => ({
  name,
  balancer: "the client",
  source: "DNS",
  target: "dns:///a",
  policy: "round_robin",
  installed: name === "mesh" ? ["istio"] : [],
  claims: [{ says: `${name} is even`, experiment: "share", expectation: "even-share" }],
});
const taken: Attributed = {
  component: "faults",
  isTaken: true,
  differences: [{ kind: "removed", manifest: settings }],
};
const page = overlaysPage({
  first: { mode: facts("plain"), selected: ["faults"], attributed: [], manifests: [settings] },
  others: [{ mode: facts("mesh"), selected: [], attributed: [taken] }],
  reasons: new Map([["faults", "Experiments break pods."]]),
});

test("what a mode does without is told, with the component that it does not select", () => {
  expect(page).toContain(
    "| ConfigMap `settings` | gone: holds `POLICY: a\\|b` | without [faults] | Experiments break pods. |",
  );
  expect(page).toContain("\n[faults]: ../deploy/kustomize/components/faults\n");
});

test("of the first mode it lists what is deployed", () => {
  expect(page).toContain("What it deploys:\n\n- ConfigMap `settings`: holds `POLICY: a|b`\n");
});

test("of each mode it has the claims, and how to see them", () => {
  for (const name of ["plain", "mesh"]) expect(page).toContain(`- ${name} is even (\`share\` / \`even-share\`)`);
  expect(page).toContain("\n    make istio\n    make deploy-mesh verify-mesh\n");
});
