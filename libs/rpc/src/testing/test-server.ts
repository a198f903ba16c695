import { Client, credentials } from "@grpc/grpc-js";
import { GreeterService, type ServiceClient, serviceClient } from "@grpc-lb-lab/proto";
import { buildServer } from "../build-server.ts";
import { implement, type ServiceImplementation } from "../implement.ts";
import { createLogger } from "../logger.ts";
import type { RpcServer } from "../rpc-server.ts";
import { ServerMetrics } from "../server-metrics.ts";
import type { ConnectionConfig } from "../server-settings.ts";

type Greeter = ServiceImplementation<typeof GreeterService>;

/** A plain server that leaves connections alone. */
export const NO_LIMITS: ConnectionConfig = {
  kind: "plain",
  maxConnectionAgeMs: 0,
  maxConnectionAgeGraceMs: 0,
  keepaliveMs: 0,
};

/** A greeter of which each test says only what matters to it. */
export function testGreeter(overrides: Partial<Greeter> = {}, pod = "pod-a"): Greeter {
  const greet = (name: string) => ({ message: `Hello from ${pod}, ${name}!`, servedBy: { pod } });
  return {
    sayHello: ({ name }) => greet(name),
    async *sayHelloStream({ name, count }) {
      for (let sent = 0; sent < count; sent++) yield greet(name);
    },
    async sayHelloToMany(requests) {
      const names = [];
      for await (const { name } of requests) names.push(name);
      return greet(names.join(", "));
    },
    async *chat(requests) {
      for await (const { name } of requests) yield greet(name);
    },
    ...overrides,
  };
}

/** A greeter that listens on a free port, with what it logged and counted, and a client of it. */
export interface TestServer extends AsyncDisposable {
  readonly server: RpcServer;
  readonly port: number;
  readonly address: string;
  readonly client: Client;
  readonly greeter: ServiceClient<typeof GreeterService>;
  readonly metrics: ServerMetrics;
  readonly log: readonly string[];
}

/** Starts a greeter on a free loopback port. */
export async function startTestServer(
  greeter: Greeter = testGreeter(),
  connections: Partial<ConnectionConfig> = {},
  csds = false,
): Promise<TestServer> {
  const log: string[] = [];
  const logger = createLogger("info", { write: (line) => log.push(line) });
  const metrics = new ServerMetrics();
  const services = [implement(GreeterService, greeter, logger)];
  const server = await buildServer({ connections: { ...NO_LIMITS, ...connections }, services, metrics, csds });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  server.health.set(true);
  const address = `127.0.0.1:${port}`;
  const client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  return {
    server,
    port,
    address,
    client,
    greeter: serviceClient(GreeterService, client),
    metrics,
    log,
    async [Symbol.asyncDispose]() {
      client.close();
      await server.force();
    },
  };
}
