import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EchoTestService } from "@grpc-lb-lab/proto";
import { createLogger, implement } from "@grpc-lb-lab/rpc";

/** A server whose Echo answers only once it is released, and that tells what reached it. */
export async function startHeldEcho() {
  const released = Promise.withResolvers<void>();
  const peers = new Set<string>();
  const counts = { arrived: 0, waiting: 0, mostWaiting: 0 };
  const service = implement(
    EchoTestService,
    {
      async echo({ message }, call) {
        peers.add(call.peer);
        counts.arrived++;
        counts.mostWaiting = Math.max(counts.mostWaiting, ++counts.waiting);
        const gone = new Promise((resolve) => call.signal.addEventListener("abort", resolve));
        await Promise.race([released.promise, gone]);
        counts.waiting--;
        return { message: `Echo=${message}\n` };
      },
      forwardEcho: () => ({}),
    },
    createLogger("silent"),
  );
  const server = new Server();
  server.addService(service.definition, service.handlers);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    address: `127.0.0.1:${port}`,
    release: () => released.resolve(),
    connections: () => peers.size,
    arrived: () => counts.arrived,
    waiting: () => counts.waiting,
    mostWaiting: () => counts.mostWaiting,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}
