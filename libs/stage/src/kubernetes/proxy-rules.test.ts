import type { KubeDeployment } from "@grpc-lb-lab/cluster";
import { InputError, type RulesFile, RulesRefusedError } from "@grpc-lb-lab/stage-api";
import { afterEach, expect, it, vi } from "vitest";
import { ProxyRules } from "./proxy-rules.ts";
import { RULES_ANNOTATION } from "./rule-objects.ts";
import { deploymentWith, NAMESPACE, PROXY, ProxyCluster } from "./testing/proxy-cluster.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const DEPLOYED = "as it is deployed\n";

/** Adds the lines of `location`; the version of the pods is said as well. */
const rulesFile: RulesFile = {
  name: "nginx.conf",
  withRules: (deployed, { rules, hasCanary }) =>
    rules.dialect === "nginx" ? `${deployed}${rules.location?.join("\n")} ${hasCanary}` : undefined,
  refusal: (lastWords) => ({ by: "nginx", reason: lastWords.toLowerCase() }),
};
const asked = (line: string) => ({ rules: { dialect: "nginx", location: [line] }, hasCanary: true }) as const;

async function cluster(deployment: KubeDeployment = deploymentWith("nginx-config")) {
  const lastWordsOf = (file: string) => (file.includes("nonsense") ? "WHAT A NONSENSE" : undefined);
  const lab = await ProxyCluster.start(DEPLOYED, lastWordsOf, deployment);
  return Object.assign(lab, { rules: new ProxyRules(lab.client, NAMESPACE, { deployment: PROXY, rulesFile }) });
}

it("puts rules in force for all pods of the proxy, and takes them back", async () => {
  await using lab = await cluster();
  await lab.rules.set(asked("return 204;"), never);
  expect(lab.configMaps.get("nginx-rules")?.data).toEqual({
    "nginx.conf": `${DEPLOYED}return 204; true`,
    "mime.types": "",
  });
  expect([lab.mounted, lab.pods]).toEqual(["nginx-rules", ["nginx-rules"]]);
  await lab.rules.restore(never);
  expect([lab.mounted, lab.pods]).toEqual(["nginx-config", ["nginx-config"]]);
  expect(lab.annotations).toEqual(deploymentWith("nginx-config").metadata.annotations);
  expect([...lab.configMaps.keys()]).toEqual(["nginx-config"]);
});

it("tells in the proxy's words that it does not come up with them, and is what it was afterwards", async () => {
  await using lab = await cluster();
  const failure: unknown = await lab.rules.set(asked("nonsense on;"), never).catch((error) => error);
  expect(failure).toBeInstanceOf(RulesRefusedError);
  expect(failure).toMatchObject({ by: "nginx", reason: "what a nonsense" });
  await lab.rules.restore(never);
  expect([lab.mounted, lab.pods]).toEqual(["nginx-config", ["nginx-config"]]);
});

it("undoes what a killed lab has left in force", async () => {
  await using lab = await cluster(deploymentWith("nginx-rules", { [RULES_ANNOTATION]: "nginx-config" }));
  await lab.rules.restore(never);
  expect([lab.mounted, lab.annotations[RULES_ANNOTATION]]).toEqual(["nginx-config", undefined]);
});

it("takes a ConfigMap away that a lab has left which was killed before it was mounted", async () => {
  await using lab = await cluster();
  lab.isKilled = true;
  await expect(lab.rules.set(asked("return 204;"), never)).rejects.toThrow();
  expect([...lab.configMaps.keys(), lab.annotations[RULES_ANNOTATION]]).toEqual([
    "nginx-config",
    "nginx-rules",
    undefined,
  ]);
  lab.isKilled = false;
  await lab.rules.restore(never);
  expect([...lab.configMaps.keys()]).toEqual(["nginx-config"]);
  await lab.rules.set(asked("return 204;"), never);
  expect(lab.mounted).toBe("nginx-rules");
});

it("has no ConfigMap that it has not made, and says what to do", async () => {
  await using lab = await cluster();
  const theirs = { metadata: { name: "nginx-rules" }, data: { "nginx.conf": "theirs" } };
  lab.configMaps.set("nginx-rules", theirs);
  await lab.rules.restore(never);
  const failure: unknown = await lab.rules.set(asked("return 204;"), never).catch((error) => error);
  expect(failure).toBeInstanceOf(InputError);
  expect(failure).toMatchObject({
    message: expect.stringMatching(
      /has a ConfigMap nginx-rules that the lab has not made .* delete configmap nginx-rules/,
    ),
  });
  await lab.rules.restore(never);
  expect([lab.mounted, lab.configMaps.get("nginx-rules")]).toEqual(["nginx-config", theirs]);
});

it("has rules where no pod of somebody else's has the proxy's label alone, and ends no such pod", async () => {
  await using lab = await cluster();
  const theirs = { metadata: { name: "theirs", uid: "t" }, spec: { containers: [] }, status: { phase: "Running" } };
  lab.foreign.push(theirs);
  await expect(lab.rules.set(asked("return 204;"), never)).rejects.toThrow(
    "pod theirs in namespace lab-nginx has the label app=nginx, but Deployment nginx has not made it",
  );
  expect(lab.configMaps.has("nginx-rules")).toBe(false);
  lab.foreign[0] = { ...theirs, status: { phase: "Succeeded" } };
  // To end it would fail.
  await lab.rules.set(asked("return 204;"), never);
  expect([lab.mounted, lab.pods]).toEqual(["nginx-rules", ["nginx-rules"]]);
});

it("leaves what somebody has deployed since then", async () => {
  await using lab = await cluster(deploymentWith("nginx-config-2", { [RULES_ANNOTATION]: "nginx-config" }));
  await lab.rules.restore(never);
  expect([lab.mounted, lab.annotations[RULES_ANNOTATION]]).toEqual(["nginx-config-2", undefined]);
});

it("touches nothing where nothing was changed, and where the proxy knows no such rules or has no such file", async () => {
  await using lab = await cluster();
  await lab.rules.restore(never);
  const istio = { rules: { dialect: "Istio", objects: [] }, hasCanary: false } as const;
  await expect(lab.rules.set(istio, never)).rejects.toThrow("the proxy nginx takes no rules in the dialect Istio");
  expect([...lab.configMaps.keys(), lab.mounted]).toEqual(["nginx-config", "nginx-config"]);
  await using other = await cluster(deploymentWith("gone"));
  await expect(other.rules.set(asked("return 204;"), never)).rejects.toThrow(InputError);
});
