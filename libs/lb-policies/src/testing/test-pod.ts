import * as grpc from "@grpc/grpc-js";

const bytes = (value: Buffer) => value;
const shape = {
  requestStream: false,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
} as const;

/** The methods of test pods: one that answers with the pod's name, and one that does so and then leaves the stream open. */
export const methods = {
  whoAmI: { ...shape, path: "/test.Pod/WhoAmI", responseStream: false },
  stayOpen: { ...shape, path: "/test.Pod/StayOpen", responseStream: true },
} as const satisfies Record<string, grpc.MethodDefinition<Buffer, Buffer>>;

/** A gRPC server on a free port of 127.0.0.1. */
export class TestPod implements Disposable {
  readonly name: string;
  readonly port: number;
  /** Streams that have come. */
  streams = 0;
  /** Calls that have come, with their request. */
  calls = 0;
  /** What a call waits for before it is answered, or the error that it fails with. Default: it is answered at once. */
  onCall: ((metadata: grpc.Metadata) => Promise<void> | undefined) | undefined;
  readonly #server: grpc.Server;

  private constructor(name: string, port: number, server: grpc.Server) {
    this.name = name;
    this.port = port;
    this.#server = server;
  }

  static async start(name: string, port = 0): Promise<TestPod> {
    const count: grpc.ServerInterceptor = (_method, call) => {
      pod.streams += 1;
      return new grpc.ServerInterceptingCall(call);
    };
    const server = new grpc.Server({ interceptors: [count] });
    const bound = await new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      server.bindAsync(`127.0.0.1:${port}`, credentials, (error, number) => (error ? reject(error) : resolve(number)));
    });
    const pod = new TestPod(name, bound, server);
    server.addService(methods, {
      whoAmI: ({ metadata }: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>) => {
        pod.calls += 1;
        Promise.resolve(pod.onCall?.(metadata)).then(() => callback(null, Buffer.from(name)), callback);
      },
      stayOpen: (call: grpc.ServerWritableStream<Buffer, Buffer>) => {
        pod.calls += 1;
        call.write(Buffer.from(name));
      },
    });
    return pod;
  }

  get endpoint(): grpc.experimental.Endpoint {
    return { addresses: [{ host: "127.0.0.1", port: this.port }] };
  }

  [Symbol.dispose](): void {
    this.#server.forceShutdown();
  }
}

/** Several pods, `pod-0` and on. */
export async function startPods(count: number): Promise<TestPod[] & Disposable> {
  const pods = await Promise.all(Array.from({ length: count }, (_, index) => TestPod.start(`pod-${index}`)));
  return Object.assign(pods, {
    [Symbol.dispose]: () => {
      for (const pod of pods) pod[Symbol.dispose]();
    },
  });
}
