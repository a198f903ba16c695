import { afterEach, describe, expect, it, vi } from "vitest";
import { assertKubernetesVersion } from "./kubernetes-version.ts";
import { fakeApiServer } from "./testing/fake-api-server.ts";

afterEach(() => vi.unstubAllEnvs());

async function asserted(version: object): Promise<void> {
  await using api = await fakeApiServer({ "/version": version });
  await assertKubernetesVersion(api.client);
}

describe("a cluster", () => {
  it.each(["v1.30.0", "v1.30.5-gke.1014001", "v1.34.1+k3s1", "v2.0.0", "v1.100.0"])(
    "of %s will do",
    async (version) => {
      await expect(asserted({ gitVersion: version })).resolves.toBeUndefined();
    },
  );

  it.each([
    [
      "v1.29.14",
      "the cluster of context fake has Kubernetes v1.29.14, but the lab needs 1.30 or newer, for preStop hooks that sleep: upgrade the cluster, or name another context",
    ],
    [
      "v1.9.11",
      /v1\.9\.11, but the lab needs 1\.30 or newer, for preStop hooks that sleep, native sidecars, .* of budgets: /,
    ],
  ])("of %s is refused with its version and the needed one", async (version, message) => {
    const refused = asserted({ gitVersion: version, major: "1", minor: "29+" });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ name: "InputError" });
  });

  it("that names no version is none", async () => {
    await expect(asserted({ hello: "world" })).rejects.toThrow(
      "the server of context fake is not a Kubernetes API server (/version names no version)",
    );
  });
});
