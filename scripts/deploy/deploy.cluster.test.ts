import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, makeTarget, runCommand, testContext } from "../walkthrough/testing/make-target.ts";
import { startApiWithoutIstio } from "./testing/api-without-istio.ts";

// Needs a cluster with the images loaded; LAB_KUBE_CONTEXT names its context. Removes mode `plain`, and leaves it deployed.
const context = testContext();
const OVERLAY = "deploy/kustomize/overlays/plain";
const MINUTES = 60_000;
const NOBODY = "https://127.0.0.1:65534";
const folder = mkdtempSync(join(tmpdir(), "lab-deploy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const kubectl = (...args: string[]) => runCommand("kubectl", ["--context", context, ...args]);
const make = (target: string, env: NodeJS.ProcessEnv = {}) => makeTarget(target, [`CONTEXT=${context}`], env);

/** A kubeconfig file of the context alone, changed. */
async function kubeconfig(change: (cluster: Record<string, unknown>, user: Record<string, unknown>) => void) {
  const { stdout } = await kubectl("config", "view", "--raw", "--flatten", "--minify", "-o", "json");
  const config = JSON.parse(stdout);
  change(config.clusters[0].cluster, config.users[0].user);
  const file = join(folder, "kubeconfig");
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return { KUBECONFIG: file };
}

/** It ended with 2 and one line, beside make's own. */
function expectOneLine({ status, stdout, stderr }: Ended, line: string | RegExp): void {
  const [told, fromMake, ...others] = stderr.trimEnd().split("\n");
  expect(told).toMatch(line);
  expect(fromMake).toMatch(/^make: \*\*\* .* Error 2$/);
  expect([stdout, others]).toEqual(["", []]);
  expect(status).toBe(2);
}

async function expectAsInOverlay(): Promise<void> {
  expect(await kubectl("diff", "-k", OVERLAY)).toEqual({ status: 0, stdout: "", stderr: "" });
}

describe.each(["deploy", "undeploy"])("make %s-plain tells in a line", { timeout: 2 * MINUTES }, (command) => {
  it("that there is no such context", async () => {
    expectOneLine(
      await makeTarget(`${command}-plain`, ["CONTEXT=no-such-context"]),
      new RegExp(
        `^${command} plain: the kubeconfig file has no context "no-such-context" \\(it has .*\\): name one of these`,
      ),
    );
  });

  it("that nothing answers", async () => {
    const env = await kubeconfig((cluster) => {
      cluster.server = NOBODY;
    });
    expectOneLine(
      await make(`${command}-plain`, env),
      `${command} plain: the API server of context ${context} does not answer at ${NOBODY} (connect ECONNREFUSED 127.0.0.1:65534): check that the cluster runs, or create one with make cluster`,
    );
  });

  it("that the credentials are not accepted", async () => {
    const env = await kubeconfig((_, user) => {
      for (const key of Object.keys(user)) delete user[key];
      user.token = "of-nobody";
    });
    expectOneLine(
      await make(`${command}-plain`, env),
      `${command} plain: context ${context}: the API server does not accept its credentials: renew them in the kubeconfig file, or name another context`,
    );
  });

  it("which permission is missing", async () => {
    const env = await kubeconfig((_, user) => {
      user.as = "lab-test-nobody";
    });
    expectOneLine(
      await make(`${command}-plain`, env),
      `${command} plain: context ${context} lacks a permission: namespaces "lab-plain" is forbidden: User "lab-test-nobody" cannot get resource "namespaces" in API group "" in the namespace "lab-plain": ask for a role that has it, or name another context`,
    );
  });
});

// The cluster of the other tests has Istio: this API answers what is asked before anything is applied, and nothing else.
describe("a cluster without Istio", () => {
  it.each([
    [
      undefined,
      "there is no Istio in the cluster of context without-istio (no istiod in istio-system): run make istio",
    ],
    [
      0,
      "Istio in the cluster of context without-istio is not ready (istiod in istio-system): see kubectl -n istio-system get pods, or run make istio",
    ],
  ])("whose istiod has %s ready pods", async (readyReplicas, message) => {
    await using api = await startApiWithoutIstio(readyReplicas);
    const file = join(folder, "without-istio");
    const named = { name: "without-istio" };
    const contexts = [{ ...named, context: { cluster: named.name, user: named.name } }];
    const clusters = [{ ...named, cluster: { server: api.url } }];
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "Config", clusters, contexts, users: [] }));
    const ended = await makeTarget("deploy-sidecar", ["CONTEXT=without-istio"], { KUBECONFIG: file });
    expectOneLine(ended, `deploy sidecar: ${message} CONTEXT=without-istio`);
    expect(api.changes).toEqual([]);
  });
});

it("make deploy and undeploy leave a namespace alone that somebody else has made", { timeout: MINUTES }, async () => {
  const name = "lab-headless"; // Of a mode that no other test deploys.
  expect(await kubectl("create", "namespace", name)).toMatchObject({ status: 0 });
  try {
    for (const command of ["deploy", "undeploy"]) {
      const ended = await make(`${command}-headless`);
      expect(ended).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(`the namespace ${name} is not the lab's`),
      });
    }
    expect((await kubectl("get", "all", "-n", name, "-o", "name")).stdout).toBe("");
  } finally {
    await kubectl("delete", "namespace", name);
  }
});

describe("mode plain", { timeout: 5 * MINUTES }, () => {
  beforeAll(async () => {
    expect(await make("deploy-plain")).toMatchObject({ status: 0, stdout: "" });
  }, 5 * MINUTES);
  afterAll(async () => {
    expect(await make("deploy-plain")).toMatchObject({ status: 0 });
  }, 5 * MINUTES);

  it("is as its overlay says when it is deployed again", async () => {
    const { status, stderr } = await make("deploy-plain");
    expect(stderr).toBe("deploy plain: ready in namespace lab-plain\n");
    expect(status).toBe(0);
    await expectAsInOverlay();
  });

  it("tells which image the nodes lack, and recovers with one that they have", async () => {
    const { status, stderr } = await makeTarget("deploy-plain", [`CONTEXT=${context}`, "TAG=no-such-tag"]);
    expect(stderr).toMatch(
      / {2}- container app of pod backend-\S+ does not start: \w+ of image \S*grpc-lb-lab\/backend:no-such-tag: load it with make images load, or name a registry that the nodes reach \(REGISTRY=, TAG=\)(?: \(and \d+ more like it\))?\n/,
    );
    expect(stderr).toMatch(/\nmake: \*\*\* .* Error 2\n$/);
    expect(status).toBe(2);
    expect((await make("deploy-plain")).status).toBe(0);
    await expectAsInOverlay();
  });

  it("leaves nothing when it is removed, and may be removed twice", async () => {
    expect(await make("undeploy-plain")).toMatchObject({
      status: 0,
      stderr: "undeploy plain: removing namespace lab-plain\n",
    });
    const { stdout: kinds } = await kubectl("api-resources", "--namespaced=false", "--verbs=list", "-o", "name");
    const { status, stdout } = await kubectl("get", kinds.trim().split("\n").join(","), "-o", "json");
    expect(status).toBe(0);
    const left = JSON.parse(stdout).items.filter((object: unknown) => JSON.stringify(object).includes("lab-plain"));
    expect(left).toEqual([]);
    expect(await make("undeploy-plain")).toMatchObject({
      status: 0,
      stderr: "undeploy plain: there is no namespace lab-plain: nothing to remove\n",
    });
  });
});
