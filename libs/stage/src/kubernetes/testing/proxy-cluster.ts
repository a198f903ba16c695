import type { ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import type { KubeClient, KubeConfigMap, KubeDeployment, KubePod } from "@grpc-lb-lab/cluster";
import { type Answer, type Answers, fakeApiServer, PatchedObject } from "@grpc-lb-lab/cluster/testing";

/** The names of this cluster's namespace and of its proxy's Deployment. */
export const NAMESPACE = "lab-nginx";
export const PROXY = "nginx";

const FILE = "nginx.conf";
const APPS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${PROXY}`;
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
/** The ConfigMap that is deployed, and the one that the lab makes. */
const NAMES = ["nginx-config", "nginx-rules"];
/** The one ReplicaSet of the Deployment, as it may be seen here. */
const OWN_SET = { metadata: { name: PROXY, uid: "s", ownerReferences: [{ uid: "d", controller: true }] } };
const READY = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };

/** A proxy's Deployment as it is before anything is changed: with a volume that is no ConfigMap, too. */
export function deploymentWith(configMap: string, annotations: Readonly<Record<string, string>> = {}): KubeDeployment {
  const volumes = [{ name: "run" }, { name: "config", configMap: { name: configMap } }];
  return {
    metadata: { name: PROXY, uid: "d", annotations: { "deployment.kubernetes.io/revision": "1", ...annotations } },
    spec: { replicas: 1, template: { metadata: {}, spec: { containers: [{ name: "app" }], volumes } } },
    status: READY,
  };
}

/**
 * An API server with a proxy's Deployment, its ConfigMaps and its pods: there is one pod of what the Deployment mounts, and those of before stay until they
 * are deleted.
 */
export class ProxyCluster implements AsyncDisposable {
  readonly configMaps = new Map<string, KubeConfigMap>();
  readonly #deployment: PatchedObject;
  readonly #lastWordsOf: (file: string) => string | undefined;
  /** Pods with the proxy's label that others have made; one named `theirs` cannot be deleted without a failure. */
  readonly foreign: KubePod[] = [];
  /** The API server takes no change of the Deployment any more: as if the lab were killed just before. */
  isKilled = false;
  /** What pods of before mount. */
  readonly #old = new Set<string>();
  readonly #resources = new AsyncDisposableStack();
  #client: KubeClient | undefined;

  private constructor(deployment: KubeDeployment, lastWordsOf: (file: string) => string | undefined) {
    this.#deployment = new PatchedObject(deployment);
    this.#lastWordsOf = lastWordsOf;
  }

  /**
   * @param file - what the deployed ConfigMap has.
   * @param lastWordsOf - what the proxy says that ends because of such a file; undefined: it does not end.
   */
  static async start(file: string, lastWordsOf: (file: string) => string | undefined, deployment: KubeDeployment) {
    const cluster = new ProxyCluster(deployment, lastWordsOf);
    cluster.#writeConfigMap("nginx-config", { [FILE]: file, "mime.types": "" });
    cluster.#client = cluster.#resources.use(await fakeApiServer(cluster.#answers)).client;
    return cluster;
  }

  get client(): KubeClient {
    if (this.#client === undefined) throw new Error("it is not started");
    return this.#client;
  }

  get annotations(): Readonly<Record<string, string>> {
    return this.#now.metadata.annotations ?? {};
  }

  /** The ConfigMap that the Deployment mounts. */
  get mounted(): string {
    return this.#now.spec.template.spec.volumes?.[1]?.configMap?.name ?? "";
  }

  /** Whom calls may reach, by what they mount. */
  get pods(): readonly string[] {
    return [...new Set([...this.#old, this.mounted])];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources[Symbol.asyncDispose]();
  }

  get #now(): KubeDeployment {
    return this.#deployment.now as KubeDeployment;
  }

  get #lastWords(): string | undefined {
    return this.#lastWordsOf(this.configMaps.get(this.mounted)?.data?.[FILE] ?? "");
  }

  get #answers(): Answers {
    const log = `${CORE}/pods/of-nginx-rules/log?container=app&previous=true&tailLines=5`;
    return {
      [APPS]: (response) => answer(response, { ...this.#now, status: this.#status }),
      [`${APPS}?fieldManager=grpc-lb-lab`]: this.#changeDeployment,
      [`/apis/apps/v1/namespaces/${NAMESPACE}/replicasets`]: { items: [OWN_SET] },
      [`${CORE}/pods?labelSelector=app=${PROXY}`]: (response) => answer(response, { metadata: {}, items: this.#items }),
      [`${CORE}/pods/theirs`]: 500,
      [`${CORE}/configmaps?fieldManager=grpc-lb-lab`]: this.#makeConfigMap,
      [log]: (response) => response.end(this.#lastWords),
      ...Object.assign({}, ...NAMES.map((name) => this.#answersOf(name))),
    };
  }

  #answersOf(name: string): Answers {
    const configMap = `${CORE}/configmaps/${name}`;
    return {
      [configMap]: (response, request) => {
        answer(response, this.configMaps.get(name));
        if (request.method === "DELETE") this.configMaps.delete(name);
      },
      [`${CORE}/pods/of-${name}`]: (response) => answer(response, { gone: this.#old.delete(name) }),
    };
  }

  readonly #makeConfigMap: Answer = async (response, request) => {
    const { metadata, data } = (await json(request)) as KubeConfigMap;
    if (this.configMaps.has(metadata.name)) return response.writeHead(409).end("{}");
    this.configMaps.set(metadata.name, { metadata, data: data ?? {} });
    return answer(response, this.configMaps.get(metadata.name));
  };

  readonly #changeDeployment: Answer = (response, request) => {
    if (this.isKilled) return response.writeHead(500).end("{}");
    this.#old.add(this.mounted);
    return this.#deployment.answer(response, request);
  };

  #writeConfigMap(name: string, data: KubeConfigMap["data"] = {}): void {
    this.configMaps.set(name, { metadata: { name }, data });
  }

  get #status(): KubeDeployment["status"] {
    return this.#lastWords === undefined ? READY : { ...READY, availableReplicas: 0 };
  }

  get #items(): readonly KubePod[] {
    const own = this.pods.map((name) => podOf(name, name === this.mounted && this.#lastWords !== undefined));
    return [...own, ...this.foreign];
  }
}

function answer(response: ServerResponse, object: object | undefined): void {
  response.writeHead(object === undefined ? 404 : 200).end(JSON.stringify(object ?? {}));
}

function podOf(configMap: string, isCrashing: boolean): KubePod {
  const state = isCrashing ? { waiting: { reason: "CrashLoopBackOff" } } : {};
  return {
    metadata: { name: `of-${configMap}`, uid: configMap, ownerReferences: [{ uid: "s", controller: true }] },
    spec: { containers: [{ name: "app" }], volumes: [{}, { configMap: { name: configMap } }] },
    status: { containerStatuses: [{ name: "app", image: "nginx", restartCount: 1, ready: !isCrashing, state }] },
  };
}
