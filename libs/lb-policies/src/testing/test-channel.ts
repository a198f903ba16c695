import * as grpc from "@grpc/grpc-js";
import { methods, type TestPod } from "./test-pod.ts";

const { experimental } = grpc;
const targets = new Map<string, TestTarget>();

/** A target of the scheme `pods:`, whose endpoints are what the test says. */
class TestTarget {
  #endpoints: grpc.experimental.Endpoint[] = [];
  #listener: grpc.experimental.ResolverListener | undefined;

  set endpoints(endpoints: grpc.experimental.Endpoint[]) {
    this.#endpoints = endpoints;
    this.tell();
  }

  set listener(listener: grpc.experimental.ResolverListener) {
    this.#listener = listener;
  }

  tell(): void {
    this.#listener?.(experimental.statusOrFromValue(this.#endpoints), {}, null, "");
  }
}

class TestResolver implements grpc.experimental.Resolver {
  readonly #target: TestTarget;
  #isAsked = false;

  constructor({ path }: grpc.experimental.GrpcUri, listener: grpc.experimental.ResolverListener) {
    const target = targets.get(path);
    if (target === undefined) throw new Error(`there is no test target ${path}`);
    target.listener = listener;
    this.#target = target;
  }

  updateResolution(): void {
    // After that it tells of each change by itself. An answer to each request would be followed by the next request, for ever.
    if (!this.#isAsked) queueMicrotask(() => this.#target.tell());
    this.#isAsked = true;
  }

  destroy(): void {}

  static getDefaultAuthority(): string {
    return "pods";
  }
}

/** A client with connections of its own. */
export class TestClient implements Disposable {
  readonly client: grpc.Client;

  constructor(target: string, options: grpc.ChannelOptions) {
    this.client = new grpc.Client(target, grpc.credentials.createInsecure(), {
      // Else clients of one process share connections, and one test would see another's.
      "grpc.use_local_subchannel_pool": 1,
      "grpc.initial_reconnect_backoff_ms": 20,
      ...options,
    });
  }

  /** Calls a pod and gives its name. */
  call(options: grpc.CallOptions = {}, metadata = new grpc.Metadata()): Promise<string> & { cancel(): void } {
    const { whoAmI } = methods;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const call = this.client.makeUnaryRequest(
      whoAmI.path,
      whoAmI.requestSerialize,
      whoAmI.responseDeserialize,
      Buffer.alloc(0),
      metadata,
      { deadline: Date.now() + 60_000, ...options },
      (error, answer) => (error === null ? resolve(String(answer)) : reject(error)),
    );
    return Object.assign(promise, { cancel: () => call.cancel() });
  }

  /** Calls a pod and gives the code that the call ended with. */
  async code(options: grpc.CallOptions = {}, metadata = new grpc.Metadata()): Promise<grpc.status> {
    return this.call(options, metadata).then(
      () => grpc.status.OK,
      (error: grpc.ServiceError) => error.code,
    );
  }

  /** Opens a stream that the pod never ends. */
  open(): grpc.ClientReadableStream<Buffer> {
    const { stayOpen } = methods;
    const { path, requestSerialize, responseDeserialize } = stayOpen;
    return this.client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, Buffer.alloc(0));
  }

  /** Resolves when all these pods have answered a call: they are connected. */
  async reach(...pods: readonly TestPod[]): Promise<void> {
    const missing = new Set(pods.map(({ name }) => name));
    while (missing.size > 0) missing.delete(await this.call());
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}

/** A client over pods, which may change. */
export class TestChannel extends TestClient {
  readonly #target: TestTarget;

  constructor(loadBalancingConfig: object[], pods: readonly TestPod[], options: grpc.ChannelOptions = {}) {
    experimental.registerResolver("pods", TestResolver);
    const name = `${targets.size}`;
    const target = new TestTarget();
    targets.set(name, target);
    super(`pods:${name}`, { "grpc.service_config": JSON.stringify({ loadBalancingConfig }), ...options });
    this.#target = target;
    this.setPods(...pods);
  }

  setPods(...pods: readonly TestPod[]): void {
    this.#target.endpoints = pods.map(({ endpoint }) => endpoint);
  }
}
