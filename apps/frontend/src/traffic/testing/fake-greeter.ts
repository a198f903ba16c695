import { setTimeout as sleep } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import {
  ChatResponseSchema,
  SayHelloResponseSchema,
  SayHelloStreamResponseSchema,
  SayHelloToManyResponseSchema,
} from "@grpc-lb-lab/proto";
import type { CallKind, FinishedCall } from "../../backend/finished-call.ts";
import type { Greeter, GreeterCallOptions } from "../../backend/greeter.ts";

const UNAVAILABLE = 14;

/** A backend of the fake greeter, which a test may change while it runs. */
export interface FakePod {
  readonly name: string;
  readonly zone: string;
  latencyMs: number;
  /** 0 to 1. */
  errorShare: number;
}

/** A pod as it is at first. */
export function fakePod(number: number): FakePod {
  return { name: `backend-${number}`, zone: number % 2 === 1 ? "lab-a" : "lab-b", latencyMs: 2, errorShare: 0 };
}

/** A greeter over pods that are not there: round robin over `pods` as they are at each call, every end told to `onFinished`. */
export class FakeGreeter implements Greeter {
  readonly pods: FakePod[];
  readonly #onFinished: (call: FinishedCall) => void;
  #calls = 0;

  constructor(pods: FakePod[], onFinished: (call: FinishedCall) => void = () => {}) {
    this.pods = pods;
    this.#onFinished = onFinished;
  }

  async sayHello(_: unknown, options: GreeterCallOptions) {
    return create(SayHelloResponseSchema, { message: await this.#answer("unary", options) });
  }

  async *sayHelloStream(_: unknown, options: GreeterCallOptions) {
    yield create(SayHelloStreamResponseSchema, { message: await this.#answer("server-stream", options) });
  }

  async sayHelloToMany(requests: AsyncIterable<unknown>, options: GreeterCallOptions) {
    for await (const _ of requests);
    return create(SayHelloToManyResponseSchema, { message: await this.#answer("client-stream", options) });
  }

  async *chat(requests: AsyncIterable<unknown>, options: GreeterCallOptions) {
    for await (const _ of requests);
    yield create(ChatResponseSchema, { message: await this.#answer("chat", options) });
  }

  async #answer(kind: CallKind, { signal, via }: GreeterCallOptions): Promise<string> {
    const startMs = performance.now();
    const pod = this.pods[this.#calls++ % this.pods.length];
    const finish = (code: number) => {
      const answeredBy = code === 0 ? pod : undefined;
      const latencyMs = performance.now() - startMs;
      this.#onFinished({ kind, via, code, latencyMs, pod: answeredBy?.name, zone: answeredBy?.zone, version: "v1" });
    };
    if (pod === undefined || (pod.errorShare > 0 && Math.random() < pod.errorShare)) {
      finish(UNAVAILABLE);
      throw new Error("UNAVAILABLE");
    }
    await sleep(pod.latencyMs * (1 + Math.random() / 2), undefined, { signal });
    finish(0);
    return `Hello from ${pod.name}!`;
  }
}
