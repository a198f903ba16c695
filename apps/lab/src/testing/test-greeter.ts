import { Server, ServerCredentials } from "@grpc/grpc-js";
import {
  type GreeterService,
  type ServiceHandlers,
  GreeterService as service,
  serviceDefinition,
} from "@grpc-lb-lab/proto";

type Handlers = ServiceHandlers<typeof GreeterService>;
type SayHello = Handlers["sayHello"];

/** How long calls under way may take once their connection has been told to go away. */
const DRAIN_MS = 1_000;

/** A greeter on a free port of 127.0.0.1 that answers as `sayHello` does. */
export interface TestGreeter extends AsyncDisposable {
  readonly target: string;
  /** Sends GOAWAY on its connections, as servers do that age them, and goes on listening. */
  drain(): void;
}

/** A handler that answers at once as pod `pod`. */
export function answerAs(pod: string): SayHello {
  return ({ request }, callback) =>
    callback(null, { message: `Hello from ${pod}, ${request.name}!`, servedBy: { pod, zone: "lab-a", version: "v1" } });
}

/** Starts a real gRPC server whose unary method is `sayHello`, and whose streams are `streams`; what is left out is not implemented. */
export async function startTestGreeter(sayHello: SayHello, streams: Partial<Handlers> = {}): Promise<TestGreeter> {
  const server = new Server();
  server.addService(serviceDefinition(service), { sayHello, ...streams });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    target: `127.0.0.1:${port}`,
    drain: () => server.drain(`127.0.0.1:${port}`, DRAIN_MS),
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}
