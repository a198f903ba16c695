import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { service as health } from "grpc-health-check";

type Check = ServerUnaryCall<{ service: string }, { status: string }>;

/** What a health service answers: a status, or nothing at all. */
export type Answer = "SERVING" | "NOT_SERVING" | "silence";

/** A gRPC server on a port of its own whose health service says what it is told to. */
export class HealthServer implements AsyncDisposable {
  readonly port: number;
  /** The services that were asked for, in order. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** @param answer what is said the `call`-th time, from 1; default: always SERVING. */
  static async start(
    answer: (call: number) => Answer = () => "SERVING",
    { credentials = ServerCredentials.createInsecure(), port = 0 } = {},
  ): Promise<HealthServer> {
    const server = new Server();
    const started = new HealthServer(server, await bind(server, port, credentials));
    server.addService(health, {
      check: ({ request }: Check, reply: sendUnaryData<{ status: string }>) => {
        const said = answer(started.asked.push(request.service));
        if (said !== "silence") reply(null, { status: said });
      },
    });
    return started;
  }

  get address(): string {
    return `localhost:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
  }
}

function bind(server: Server, port: number, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) =>
    server.bindAsync(`localhost:${port}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
}

/** A port on which nobody listens, and nobody else is likely to. */
export async function unusedPort(): Promise<number> {
  const holder = createServer().listen(0, "localhost");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  await new Promise((resolve) => holder.close(resolve));
  return port;
}
