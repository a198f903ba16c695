import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@grpc/grpc-js";
import type { SliceContent, SliceEndpoint } from "@grpc-lb-lab/kube-api";
import type { KubernetesResolverOptions } from "../options.ts";
import { register } from "../register.ts";
import { newClient } from "../testing/call.ts";
import { expectEvenOver } from "../testing/calls.ts";
import { TestPod } from "../testing/test-pod.ts";
import type { ApiUnderTest } from "./api-under-test.ts";
import { FaultProxy } from "./fault-proxy.ts";

/** A resolver that is set up for an API, pods, and a token file; closed together, the Service's slices deleted. */
export class ResolverSetup implements AsyncDisposable {
  readonly proxy: FaultProxy;
  readonly #api: ApiUnderTest;
  readonly #stack = new AsyncDisposableStack();
  readonly #tokenFile: string;

  private constructor(api: ApiUnderTest, proxy: FaultProxy, tokenFile: string) {
    this.proxy = proxy;
    this.#api = api;
    this.#tokenFile = tokenFile;
  }

  /** Registers a resolver; its requests go through `proxy`, or with `direct` to the API server itself. */
  static async start(api: ApiUnderTest, settings: KubernetesResolverOptions | "direct" = {}): Promise<ResolverSetup> {
    const folder = await mkdtempDisposable(join(tmpdir(), "kube-resolver-"));
    const setup = new ResolverSetup(api, await FaultProxy.listen(api), join(folder.path, "token"));
    setup.#stack.use(folder);
    setup.#stack.use(setup.proxy);
    setup.#stack.defer(() => api.setSlices({}));
    await setup.writeToken(api.token);
    const way = settings === "direct" ? { server: api.url, ...(api.ca === undefined ? {} : { ca: api.ca }) } : settings;
    register({
      server: setup.proxy.url,
      namespace: api.namespace,
      tokenFile: setup.#tokenFile,
      initialBackoffMs: 10,
      maxBackoffMs: 100,
      ...way,
    });
    return setup;
  }

  /** Starts pods at an address that the API lets slices hold, each on a port of its own. */
  async startPods<const Names extends readonly string[]>(...names: Names): Promise<{ [Name in keyof Names]: TestPod }> {
    const pods = await Promise.all(names.map((name) => TestPod.start(name, this.#api.podAddress)));
    for (const pod of pods) this.#stack.defer(() => pod.stop());
    return pods as { [Name in keyof Names]: TestPod };
  }

  /** A round_robin client of the Service's port `grpc`. */
  client(): Client {
    const client = newClient("kubernetes:///backend:grpc");
    this.#stack.defer(() => client.close());
    return client;
  }

  /** Starts pods `a` and `b` and publishes `a`; resolves with a client that calls `a`, and with `b`, whose turn comes when a test publishes it. */
  async startFollowing(): Promise<{ readonly b: TestPod; readonly client: Client }> {
    const [a, b] = await this.startPods("a", "b");
    await this.#api.setSlices({ one: sliceOf(a) });
    const client = this.client();
    await expectEvenOver(client, "a");
    return { b, client };
  }

  /** Replaces the token file's content, as a kubelet does. */
  async writeToken(token: string): Promise<void> {
    await writeFile(this.#tokenFile, token);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** A slice with one pod, ready unless something else is said: each pod has a port of its own, and ports are a slice's. */
export function sliceOf({ address, name, port }: TestPod, about: Partial<SliceEndpoint> = {}): SliceContent {
  const conditions = { ready: true, serving: true, terminating: false };
  const targetRef = { kind: "Pod", namespace: "default", name, uid: name } as const;
  const endpoint = { addresses: [address], conditions, targetRef, ...about };
  return { addressType: "IPv4", endpoints: [endpoint], ports: [{ name: "grpc", port, protocol: "TCP" }] };
}
