import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defaultNamespace, loadCredentials, locateServer } from "./cluster.ts";
import { checkOptions } from "./options.ts";

const nowhere = "/nonexistent";
const inCluster = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "6443" };
const https = new URL("https://10.96.0.1:6443");

/** A service account folder as a kubelet mounts it. */
async function mountServiceAccount() {
  const folder = await mkdtempDisposable(join(tmpdir(), "serviceaccount-"));
  await writeFile(join(folder.path, "token"), "token-1\n");
  await writeFile(join(folder.path, "ca.crt"), "ca");
  await writeFile(join(folder.path, "namespace"), "shop");
  return folder;
}

test("the API server is the target's, else the option's, else the environment's, else the pod's", () => {
  const environment = { ...inCluster, KUBERNETES_API_SERVER: "http://127.0.0.1:8001" };
  const options = { server: "https://api.example:6443" };
  expect(locateServer(options, environment, "10.0.0.1:443").href).toBe("https://10.0.0.1/");
  expect(locateServer(options, environment, undefined).href).toBe("https://api.example:6443/");
  expect(locateServer({}, environment, undefined).href).toBe("http://127.0.0.1:8001/");
  expect(locateServer({}, inCluster, undefined).href).toBe("https://10.96.0.1:6443/");
  expect(locateServer({}, { KUBERNETES_SERVICE_HOST: "fd00::1" }, undefined).href).toBe("https://[fd00::1]/");
});

test("a target's API server is spoken to as the configured one is", () => {
  const environment = { KUBERNETES_API_SERVER: "http://127.0.0.1:8001" };
  expect(locateServer({}, environment, "[::1]:8002").href).toBe("http://[::1]:8002/");
  expect(locateServer({}, {}, "kubernetes.default").href).toBe("https://kubernetes.default/");
});

test("outside a cluster and without a server it says what to set", () => {
  expect(() => locateServer({}, {}, undefined)).toThrow("set KUBERNETES_API_SERVER or register({ server })");
  expect(() => locateServer({}, { KUBERNETES_API_SERVER: "api:6443" }, undefined)).toThrow(
    'KUBERNETES_API_SERVER is "api:6443", but must be a URL',
  );
});

test("the namespace is the option's, else the environment's, else the pod's, else default", async () => {
  await using folder = await mountServiceAccount();
  const environment = { KUBERNETES_NAMESPACE: "lab" };
  const pod = { serviceAccountFolder: folder.path };
  expect(defaultNamespace({ ...pod, namespace: "mine" }, environment)).toBe("mine");
  expect(defaultNamespace(pod, environment)).toBe("lab");
  expect(defaultNamespace(pod, {})).toBe("shop");
  expect(defaultNamespace({ serviceAccountFolder: nowhere }, {})).toBe("default");
});

test("a rotated service account token is seen by the next request", async () => {
  await using folder = await mountServiceAccount();
  const options = { serviceAccountFolder: folder.path };
  expect(loadCredentials(options, https)).toEqual({ ca: "ca", token: "token-1" });
  await writeFile(join(folder.path, "token"), "token-2");
  expect(loadCredentials(options, https)).toEqual({ ca: "ca", token: "token-2" });
});

test("the service account's token is never sent over http, nor beside credentials of the options", async () => {
  await using folder = await mountServiceAccount();
  const pod = { serviceAccountFolder: folder.path };
  expect(loadCredentials(pod, new URL("http://127.0.0.1:8001"))).toEqual({});
  const clientCertificate = { cert: "cert", key: "key" };
  expect(loadCredentials({ ...pod, clientCertificate, ca: "other" }, https)).toEqual({
    ca: "other",
    cert: "cert",
    key: "key",
  });
  expect(loadCredentials({ ...pod, token: "mine" }, https)).toEqual({ ca: "ca", token: "mine" });
});

test("a token file of the options is read for each request, and named when it cannot be", async () => {
  await using folder = await mountServiceAccount();
  const tokenFile = join(folder.path, "token");
  expect(loadCredentials({ tokenFile, ca: "ca" }, https)).toEqual({ ca: "ca", token: "token-1" });
  expect(() => loadCredentials({ tokenFile: nowhere }, https)).toThrow(nowhere);
});

test.each([
  [{ server: "10.96.0.1" }, 'option server is "10.96.0.1", but must be a URL'],
  [{ server: "ftp://10.96.0.1" }, "must be a URL such as https://10.96.0.1:443"],
  [{ namespace: "Shop" }, 'option namespace is "Shop", which cannot be'],
  [{ idleTimeoutMs: 0 }, "option idleTimeoutMs is 0, but must be a number of milliseconds above 0"],
  [{ maxBackoffMs: Number.NaN }, "option maxBackoffMs is NaN"],
])("options %o are refused with the reason", (options, reason) => {
  expect(() => checkOptions(options)).toThrow(reason);
});
