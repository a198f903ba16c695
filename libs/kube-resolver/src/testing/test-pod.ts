import * as grpc from "@grpc/grpc-js";

/** The one method of test pods: any bytes in, the pod's name out. */
export const whoAmI: grpc.MethodDefinition<Buffer, Buffer> = {
  path: "/test.Pod/WhoAmI",
  requestStream: false,
  responseStream: false,
  requestSerialize: (bytes) => bytes,
  requestDeserialize: (bytes) => bytes,
  responseSerialize: (bytes) => bytes,
  responseDeserialize: (bytes) => bytes,
};

/** A gRPC server on a free port of a loopback address that answers with its name. */
export class TestPod {
  readonly address: string;
  readonly name: string;
  readonly port: number;
  /** `:authority` of the latest call. */
  lastAuthority = "";
  /** Called for each call, before it is answered. */
  onCall: (() => void) | undefined;
  readonly #server: grpc.Server;

  private constructor(name: string, address: string, port: number, server: grpc.Server) {
    this.name = name;
    this.address = address;
    this.port = port;
    this.#server = server;
  }

  static async start(name: string, address: string, port = 0): Promise<TestPod> {
    const server = new grpc.Server();
    const host = address.includes(":") ? `[${address}]` : address;
    const bound = await new Promise<number>((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      server.bindAsync(`${host}:${port}`, credentials, (error, number) => (error ? reject(error) : resolve(number)));
    });
    const pod = new TestPod(name, address, bound, server);
    server.addService(
      { whoAmI },
      {
        whoAmI: (call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>) => {
          pod.lastAuthority = call.getHost();
          pod.onCall?.();
          callback(null, Buffer.from(name));
        },
      },
    );
    return pod;
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}
