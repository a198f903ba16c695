import { type Answers, fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { modeNamed } from "@grpc-lb-lab/modes";
import { afterEach, expect, it, vi } from "vitest";
import { proxyVersion } from "./proxy-versions.ts";

afterEach(() => void vi.unstubAllEnvs());

const never = new AbortController().signal;
const PODS = "/api/v1/namespaces/lab-nginx/pods";
const READY = { metadata: { name: "nginx-1" }, status: { conditions: [{ type: "Ready", status: "True" }] } };
const DEPLOYED: Answers = { [`${PODS}?labelSelector=app=nginx`]: { items: [READY] } };
const EXEC = `${PODS}/nginx-1/exec?stdout=true&stderr=true&stdin=false&tty=false&command=nginx&command=-v&container=app`;

async function versionOf(mode: string, answers: Answers, printed: Readonly<Record<string, string>> = {}) {
  await using api = await fakeApiServer(answers, undefined, printed);
  return await proxyVersion(api.client, modeNamed(mode), `lab-${mode}`, never);
}

it("is what the proxy's program says in its pod", async () => {
  const printed = { [EXEC]: "nginx version: nginx/1.31.3\n" };
  expect(await versionOf("nginx", DEPLOYED, printed)).toEqual({ nginx: "1.31.3" });
});

it.each<[string, string, Answers, string]>([
  ["of a mode without a proxy", "plain", {}, ""],
  ["where the mode is not deployed", "nginx", {}, ""],
  ["where no pod is ready", "nginx", { [`${PODS}?labelSelector=app=nginx`]: { items: [] } }, ""],
  ["where the program says something else", "nginx", DEPLOYED, "hello"],
])("is not told %s", async (_, mode, answers, printed) => {
  expect(await versionOf(mode, answers, { [EXEC]: printed })).toEqual({});
});

it("is not told where the lab may not run commands", async () => {
  expect(await versionOf("nginx", DEPLOYED)).toEqual({});
});
