import { afterAll, describe, expect, it } from "vitest";
import { makeTarget, runCommand, testContext } from "../../walkthrough/testing/make-target.ts";

const context = testContext();
const MINUTES = 60_000;
const CHART = "deploy/helm/grpc-lb-lab";

/** What every namespace has, or Istio puts into it. */
const OF_THE_CLUSTER = /^(configmap\/(kube-root-ca\.crt|istio-ca-.*)|serviceaccount\/default)$/;

/**
 * Tests releases of the chart by a Helm, in namespaces of their own, in a cluster with Istio and the images loaded; LAB_KUBE_CONTEXT names its context.
 * @param program `helm` or `helm3`, as it is found on the PATH.
 * @param meshModes the modes with Istio that are deployed: what differs between the two Helms does not differ between modes.
 */
export function testReleases(program: string, meshModes: readonly string[]): void {
  const plain = `${program}-plain`;
  const make = (target: string, namespace: string) =>
    makeTarget(target, [`CONTEXT=${context}`, `NAMESPACE=${namespace}`, `HELM=${program}`]);

  it.each(meshModes)("mode %s does what it promises, until it is removed", { timeout: 5 * MINUTES }, async (mode) => {
    const namespace = `${program}-${mode}`;
    const release = inNamespace(program, namespace);
    try {
      const deployed = await make(`helm-deploy-${mode}`, namespace);
      expect(deployed.stdout).toContain(`grpc-lb-lab in mode ${mode}, in the namespace ${namespace}.`);
      expect(deployed.status).toBe(0);
      expect(await release.differences()).toEqual({ status: 0, stdout: "", stderr: "" });
      expect((await release.helm("upgrade", "lab", CHART, "--set", "mode=plain")).stderr).toContain(
        `mode plain runs without Istio, but Istio injects into the namespace ${namespace}`,
      );
      const tested = await make(`helm-test-${mode}`, namespace);
      expect(tested.stdout.match(/^(TEST SUITE|Phase): +\S+$/gm)?.map((line) => line.split(/: +/)[1])).toEqual([
        ...["test-answers", "Succeeded"],
        ...["test-refuses-plaintext", "Succeeded"],
      ]);
      expect(tested.status).toBe(0);
    } finally {
      expect(await make(`helm-undeploy-${mode}`, namespace)).toMatchObject({ status: 0 });
    }
    expect((await release.kubectl("get", "namespace", namespace, "--ignore-not-found")).stdout).toBe("");
  });

  describe("mode plain", { timeout: 5 * MINUTES }, () => {
    const release = inNamespace(program, plain);
    afterAll(async () => {
      expect(await make("helm-undeploy-plain", plain)).toMatchObject({ status: 0 });
      expect(await make("helm-undeploy-plain", plain)).toMatchObject({ status: 0 });
    }, 5 * MINUTES);

    it("is installed, and tested", async () => {
      expect(await make("helm-deploy-plain", plain)).toMatchObject({ status: 0 });
      expect(await make("helm-test-plain", plain)).toMatchObject({ status: 0 });
    });

    it("is not switched to a mode that the namespace is not labelled for", async () => {
      const { status, stderr } = await release.helm("upgrade", "lab", CHART, "--set", "mode=sidecar");
      expect(stderr).toContain(`mode sidecar needs the label istio-injection=enabled on the namespace ${plain}`);
      expect(status).toBe(1);
    });

    it("is upgraded and rolled back", async () => {
      const values = ["-f", `${CHART}/values-plain.yaml`, "--set", "echo.versions.v3.replicas=1,backend.replicas=3"];
      expect(await release.helm("upgrade", "lab", CHART, ...values, "--wait")).toMatchObject({ status: 0 });
      expect(await release.replicas()).toEqual({
        backend: 3,
        client: 1,
        "echo-v1": 1,
        "echo-v2": 1,
        "echo-v3": 1,
        frontend: 1,
      });
      expect(await release.helm("rollback", "lab", "--wait")).toMatchObject({ status: 0 });
      expect(await release.replicas()).toEqual({ backend: 4, client: 1, "echo-v1": 1, "echo-v2": 1, frontend: 1 });
    });

    it("is as the chart says when it is deployed again after a change by hand", async () => {
      await release.kubectl("scale", "deployment/backend", "--replicas=2");
      expect(await make("helm-deploy-plain", plain)).toMatchObject({ status: 0 });
      expect(await release.differences()).toEqual({ status: 0, stdout: "", stderr: "" });
    });

    it("leaves nothing when it is uninstalled", async () => {
      expect(await release.helm("uninstall", "lab", "--wait")).toMatchObject({ status: 0 });
      await release.kubectl("wait", "--for=delete", "pods", "--all", "--timeout=120s");
      expect(await release.objects()).toEqual([]);
      const { stderr } = await make("helm-test-plain", plain);
      expect(stderr).toContain("release: not found: deploy the mode first with make helm-deploy-…\n");
    });
  });

  it("touches no namespace that is not the lab's", { timeout: MINUTES }, async () => {
    for (const command of ["deploy", "undeploy"]) {
      const { status, stderr } = await make(`helm-${command}-plain`, "default");
      expect(stderr).toMatch(
        /^helm-\w+ plain: the namespace default is not the lab's .*: name another by NAMESPACE=, or use helm itself\n/,
      );
      expect(status).toBe(2);
    }
  });
}

/** A release's namespace, as its owner looks at it. */
function inNamespace(program: string, namespace: string) {
  const kubectl = (...args: string[]) => runCommand("kubectl", ["--context", context, "-n", namespace, ...args]);
  const helm = (...args: string[]) => runCommand(program, ["--kube-context", context, "-n", namespace, ...args]);
  const names = async (...args: string[]) => (await kubectl(...args, "-o", "name")).stdout.trim().split("\n");
  return {
    kubectl,
    helm,
    /** What `kubectl diff` says of the release's manifest: nothing when all is as it was installed. */
    differences: () =>
      runCommand("bash", [
        "-c",
        'set -o pipefail; "$1" --kube-context "$2" -n "$3" get manifest lab | kubectl --context "$2" -n "$3" diff -f -',
        ...["bash", program, context, namespace],
      ]),
    async replicas() {
      const { items } = JSON.parse((await kubectl("get", "deployments", "-o", "json")).stdout);
      return Object.fromEntries(
        items.map((one: { metadata: { name: string }; spec: { replicas: number } }) => [
          one.metadata.name,
          one.spec.replicas,
        ]),
      );
    },
    /** All objects but what the cluster itself puts into a namespace; events tell of the past. */
    async objects() {
      const kinds = await names("api-resources", "--namespaced", "--verbs=list");
      const listed = kinds.filter((kind) => !/^events|metrics/.test(kind));
      return (await names("get", listed.join(","))).filter((name) => name !== "" && !OF_THE_CLUSTER.test(name));
    },
  };
}
