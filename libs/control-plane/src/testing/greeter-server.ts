import { once } from "node:events";
import { createServer } from "node:net";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { GreeterService, serviceDefinition } from "@grpc-lb-lab/proto";
import type { MeshEndpoint } from "../model/mesh-model.ts";

/** A pod in small: says its name in every answer. */
export interface GreeterServer extends AsyncDisposable {
  readonly pod: string;
  readonly port: number;
  /** The pod as an endpoint of a model. */
  readonly endpoint: MeshEndpoint;
  /** Calls that came, refused ones included. */
  readonly calls: number;
  /** From now on, every call is answered UNAVAILABLE. */
  refuse(): void;
  /** From now on, no call is answered. */
  hang(): void;
}

/** Starts a pod on a free loopback port. */
export async function greeterServer(pod: string, labels: Record<string, string> = {}): Promise<GreeterServer> {
  const server = new Server();
  let calls = 0;
  let answer: "serve" | "refuse" | "hang" = "serve";
  server.addService(serviceDefinition(GreeterService), {
    sayHello: (_call: unknown, callback: (error: object | null, response?: object) => void) => {
      calls += 1;
      if (answer === "refuse") callback({ code: status.UNAVAILABLE, details: `${pod} refuses` });
      if (answer === "serve") callback(null, { servedBy: { pod } });
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  const port = await promise;
  return {
    pod,
    port,
    endpoint: { address: "127.0.0.1", port, labels },
    get calls() {
      return calls;
    },
    refuse: () => {
      answer = "refuse";
    },
    hang: () => {
      answer = "hang";
    },
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  };
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
