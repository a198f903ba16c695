import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MINIMUM_KUBERNETES, NEEDED_FEATURES } from "@grpc-lb-lab/cluster";
import { fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCommand } from "../walkthrough/testing/make-target.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

describe("what the lab needs of Kubernetes", () => {
  const manifests = globSync("deploy/kustomize/**/*.yaml", { cwd: ROOT }).map(read).join("\n");

  it.each(NEEDED_FEATURES)("$what: manifests have them", ({ field }) => {
    expect(manifests).toMatch(new RegExp(`^ *${field}:`, "m"));
  });

  it("is what Helm and the docs go by", () => {
    expect(read("deploy/helm/grpc-lb-lab/Chart.yaml")).toContain(`kubeVersion: ">=${MINIMUM_KUBERNETES}.0-0"`);
    for (const page of ["deploy/kustomize/README.md", "docs/kubernetes.md", "deploy/helm/grpc-lb-lab/README.md"]) {
      expect(read(page)).toContain(`Kubernetes ${MINIMUM_KUBERNETES} or newer`);
    }
  });
});

describe("a cluster that is older is refused, and nothing is asked of it but its version", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ["deploy plain", ["scripts/deploy/main.ts", "deploy", "plain"]],
    ["helm-deploy plain", ["scripts/helm/main.ts", "deploy", "plain"]],
    ["walkthrough", ["scripts/walkthrough/main.ts", "endpointslices"]],
    ["lab", ["apps/lab/bin/lab.js", "verify", "plain", "--context", "fake"]],
  ])("by %s", async (who, args) => {
    const asked: string[] = [];
    await using api = await fakeApiServer(
      new Proxy(
        {},
        {
          get: (_, path) => (response: { end(text: string): void }) => {
            asked.push(String(path));
            response.end(path === "/version" ? JSON.stringify({ gitVersion: "v1.29.6-eks-1" }) : "ok");
          },
        },
      ),
    );
    const ended = await runCommand(process.execPath, args, { CONTEXT: api.client.context });
    expect(ended.stderr).toBe(
      `${who}: the cluster of context fake has Kubernetes v1.29.6-eks-1, but the lab needs ${MINIMUM_KUBERNETES} or newer, for preStop hooks that sleep: upgrade the cluster, or name another context\n`,
    );
    expect(ended.status).toBe(2);
    expect(asked.filter((path) => path !== "/readyz")).toEqual(["/version"]);
  });
});
