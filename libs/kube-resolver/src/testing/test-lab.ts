import type { Client } from "@grpc/grpc-js";
import { type EndpointSpec, KubeApi, type KubeApiOptions } from "@grpc-lb-lab/kube-api";
import type { KubernetesResolverOptions } from "../options.ts";
import { register } from "../register.ts";
import { newClient } from "./call.ts";
import { TestPod } from "./test-pod.ts";

/** A pod with the conditions that its endpoint is published with. */
export interface PodState extends Partial<EndpointSpec> {
  readonly pod: TestPod;
}

/** The Service that {@link TestLab} publishes. */
export const service = { name: "backend", namespace: "shop", ports: [{ name: "grpc", port: 50_051 }] } as const;

/** A local API server, pods behind the Service `shop/backend`, and channels to it, closed together. */
export class TestLab implements AsyncDisposable {
  readonly #clients: Client[] = [];
  readonly #pods: TestPod[] = [];
  #api: KubeApi;

  private constructor(api: KubeApi, options: KubernetesResolverOptions) {
    this.#api = api;
    register({ server: api.url, namespace: "shop", initialBackoffMs: 10, maxBackoffMs: 50, ...options });
  }

  static async start(options: KubernetesResolverOptions = {}, apiOptions: KubeApiOptions = {}): Promise<TestLab> {
    return new TestLab(await KubeApi.listen(apiOptions), options);
  }

  get api(): KubeApi {
    return this.#api;
  }

  /** Starts pods with these names on 127.0.0.1, each on a port of its own. */
  async startPods(...names: string[]): Promise<TestPod[]> {
    const pods = await Promise.all(names.map((name) => TestPod.start(name, "127.0.0.1")));
    this.#pods.push(...pods);
    return pods;
  }

  /** Makes these pods the endpoints of the Service, ready unless something else is said. */
  publish(...pods: readonly (TestPod | PodState)[]): void {
    const endpoints = pods.map((item) => toEndpoint(item instanceof TestPod ? { pod: item } : item));
    this.#api.setEndpoints(service, endpoints, { maxEndpointsPerSlice: 2 });
  }

  /** A client as `newClient` makes it. */
  client(target = "kubernetes:///backend:grpc", policy = "round_robin"): Client {
    const client = newClient(target, policy);
    this.#clients.push(client);
    return client;
  }

  /** Restarts the API server at its port, with an empty history and these options. */
  async restartApi(options: KubeApiOptions = {}): Promise<void> {
    const { hostname, port } = new URL(this.#api.url);
    await this.#api.close();
    this.#api = await KubeApi.listen({ host: hostname, port: Number(port), ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const pod of this.#pods) pod.stop();
    await this.#api.close();
  }
}

function toEndpoint({ pod, ...state }: PodState): EndpointSpec {
  const { address, name, port } = pod;
  const conditions = { ready: true, serving: true, terminating: false };
  return { address, podName: name, ports: { grpc: port }, ...conditions, ...state };
}
