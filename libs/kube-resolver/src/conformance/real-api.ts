import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { SliceContent } from "@grpc-lb-lab/kube-api";
import {
  ApiException,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  RbacAuthorizationV1Api,
  type V1EndpointSlice,
  type V1RoleBinding,
} from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { type ApiUnderTest, serviceName } from "./api-under-test.ts";

const account = "greeter-client";
const binding = "greeter-client-reads-endpointslices";
const takesEffectWithinMs = 60_000;

/** A real API server, by a context of the kubeconfig file whose user may create namespaces and Roles. */
export class RealApi implements ApiUnderTest {
  readonly url: string;
  readonly ca: string;
  readonly namespace: string;
  readonly podAddress = addressOfThisMachine();
  readonly #config: KubeConfig;
  readonly #core: CoreV1Api;
  readonly #discovery: DiscoveryV1Api;
  #rotations = 0;
  #token = "";

  private constructor(config: KubeConfig, { server, ca }: { server: string; ca: string }, namespace: string) {
    this.url = server;
    this.ca = ca;
    this.namespace = namespace;
    this.#config = config;
    this.#core = config.makeApiClient(CoreV1Api);
    this.#discovery = config.makeApiClient(DiscoveryV1Api);
  }

  /** Makes a namespace with what the README's manifest says. */
  static async start(context: string): Promise<RealApi> {
    const config = new KubeConfig();
    config.loadFromDefault();
    config.setCurrentContext(context);
    const cluster = await clusterOf(config);
    const body = { metadata: { generateName: "kube-resolver-" } };
    const { metadata } = await config.makeApiClient(CoreV1Api).createNamespace({ body });
    const api = new RealApi(config, cluster, metadata?.name ?? "");
    try {
      for (const object of await manifestOfReadme(api.namespace)) await api.#create(object);
      api.#token = await api.#newToken();
      await api.#untilListAnswers(200);
      return api;
    } catch (error) {
      await api[Symbol.asyncDispose]();
      throw error;
    }
  }

  get token(): string {
    return this.#token;
  }

  async setSlices(slices: Readonly<Record<string, SliceContent>>): Promise<void> {
    const { namespace } = this;
    const labelSelector = `kubernetes.io/service-name=${serviceName}`;
    const { items } = await this.#discovery.listNamespacedEndpointSlice({ namespace, labelSelector });
    const stored = items.map(({ metadata }) => metadata?.name ?? "");
    for (const name of stored.filter((other) => !(other in slices)))
      await this.#discovery.deleteNamespacedEndpointSlice({ name, namespace });
    for (const [name, content] of Object.entries(slices)) {
      const body = sliceObject(name, content);
      if (stored.includes(name)) await this.#discovery.replaceNamespacedEndpointSlice({ name, namespace, body });
      else await this.#discovery.createNamespacedEndpointSlice({ namespace, body });
    }
  }

  /** A token is bound to a Secret; with that it ends, once the API server no longer remembers having checked it. */
  async rotateToken(): Promise<void> {
    const old = `token-${this.#rotations}`;
    this.#rotations += 1;
    const fresh = await this.#newToken();
    await this.#core.deleteNamespacedSecret({ name: old, namespace: this.namespace });
    await this.#untilListAnswers(401);
    this.#token = fresh;
  }

  async grant(isGranted: boolean): Promise<void> {
    const rbac = this.#config.makeApiClient(RbacAuthorizationV1Api);
    if (isGranted) await this.#create(roleBinding(await manifestOfReadme(this.namespace)));
    else await rbac.deleteNamespacedRoleBinding({ name: binding, namespace: this.namespace });
    await this.#untilListAnswers(isGranted ? 200 : 403);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#core.deleteNamespace({ name: this.namespace });
  }

  async #create(object: KubernetesObject): Promise<void> {
    const metadata = { ...object.metadata, namespace: this.namespace };
    await KubernetesObjectApi.makeApiClient(this.#config).create({ ...object, metadata });
  }

  async #newToken(): Promise<string> {
    const { namespace } = this;
    const name = `token-${this.#rotations}`;
    const secret = await this.#core.createNamespacedSecret({ namespace, body: { metadata: { name } } });
    const boundObjectRef = { apiVersion: "v1", kind: "Secret", name, uid: secret.metadata?.uid ?? "" };
    const body = { spec: { audiences: [], expirationSeconds: 3_600, boundObjectRef } };
    const { status } = await this.#core.createNamespacedServiceAccountToken({ name: account, namespace, body });
    return status?.token ?? "";
  }

  /** Waits until a list with the token gets this status code. Nothing tells when the API server's caches have the news. */
  async #untilListAnswers(statusCode: number): Promise<void> {
    const endMs = performance.now() + takesEffectWithinMs;
    while ((await this.#listStatus()) !== statusCode) {
      if (performance.now() > endMs) throw new Error(`no list got ${statusCode} within ${takesEffectWithinMs} ms`);
      await delay(200);
    }
  }

  async #listStatus(): Promise<number> {
    const config = new KubeConfig();
    const cluster = { name: "cluster", server: this.url, caData: btoa(this.ca), skipTLSVerify: false };
    config.loadFromClusterAndUser(cluster, { name: "user", token: this.#token });
    try {
      await config.makeApiClient(DiscoveryV1Api).listNamespacedEndpointSlice({ namespace: this.namespace });
      return 200;
    } catch (error) {
      if (error instanceof ApiException) return error.code;
      throw error;
    }
  }
}

async function clusterOf(config: KubeConfig): Promise<{ server: string; ca: string }> {
  const { server, caData, caFile } = config.getCurrentCluster() ?? {};
  if (server !== undefined && caData) return { server, ca: Buffer.from(caData, "base64").toString() };
  if (server !== undefined && caFile) return { server, ca: await readFile(caFile, "utf8") };
  throw new Error(`context ${config.currentContext} names no cluster with a CA of its own`);
}

function sliceObject(name: string, content: SliceContent): V1EndpointSlice {
  const labels = { "kubernetes.io/service-name": serviceName };
  // The generated types are of mutable lists.
  return { metadata: { name, labels }, ...(structuredClone(content) as Omit<V1EndpointSlice, "metadata">) };
}

/** The objects that the README tells users to apply, for this namespace. */
async function manifestOfReadme(namespace: string): Promise<KubernetesObject[]> {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const manifest = /```yaml\n(.*?)```/s.exec(readme)?.[1]?.replaceAll("shop", namespace) ?? "";
  return parseAllDocuments(manifest).map((document) => document.toJS() as KubernetesObject);
}

function roleBinding(objects: readonly KubernetesObject[]): V1RoleBinding {
  const found = objects.find(({ kind }) => kind === "RoleBinding");
  if (found === undefined) throw new Error("the manifest of the README has no RoleBinding");
  return found as V1RoleBinding;
}

function addressOfThisMachine(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const found = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined)
    throw new Error("this machine has no IPv4 address beside the loopback one, which slices may not hold");
  return found.address;
}
