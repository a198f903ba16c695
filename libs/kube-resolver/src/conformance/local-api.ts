import { KubeApi, type SliceContent } from "@grpc-lb-lab/kube-api";
import { type ApiUnderTest, serviceName } from "./api-under-test.ts";

/** The lab's own EndpointSlice API on this machine. */
export class LocalApi implements ApiUnderTest {
  readonly namespace = "shop";
  readonly podAddress = "127.0.0.1";
  readonly #api: KubeApi;
  readonly #tokens: Set<string>;
  #rotations = 0;

  private constructor(api: KubeApi, tokens: Set<string>) {
    this.#api = api;
    this.#tokens = tokens;
    tokens.add(this.token);
  }

  static async start(): Promise<LocalApi> {
    const tokens = new Set<string>();
    return new LocalApi(await KubeApi.listen({ tokens }), tokens);
  }

  get url(): string {
    return this.#api.url;
  }

  get token(): string {
    return `token-${this.#rotations}`;
  }

  async setSlices(slices: Readonly<Record<string, SliceContent>>): Promise<void> {
    this.#api.setSlices({ name: serviceName, namespace: this.namespace }, slices);
  }

  async rotateToken(): Promise<void> {
    this.#tokens.delete(this.token);
    this.#rotations += 1;
    this.#tokens.add(this.token);
  }

  async grant(isGranted: boolean): Promise<void> {
    this.#api.faults.refuse = isGranted ? undefined : "forbidden";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#api.close();
  }
}
