import { Agent, request } from "node:http";
import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { GreeterService, serviceClient } from "@grpc-lb-lab/proto";
import { textTable } from "./text-table.ts";

const WARM_UP_ROUNDS = 500;
const ROUNDS = 3_000;

/** One way to make a unary call. */
interface Way {
  readonly name: string;
  call(): Promise<unknown>;
}

/**
 * Calls one after another, each way in turn, so that what else the machine does meets all alike. The difference to the direct call holds the edge, one more hop
 * over loopback, and what the protocol's client costs beside grpc-js.
 */
export async function addedLatency(edge: { readonly url: string; readonly grpcAddress: string }, podAddress: string) {
  using direct = grpcClient(podAddress);
  using native = grpcClient(edge.grpcAddress);
  const agent = new Agent({ keepAlive: true });
  const http = { baseUrl: edge.url, httpVersion: "1.1", nodeOptions: { agent } } as const;
  const ways: readonly Way[] = [
    { name: "backend directly", call: direct.call },
    { name: "gRPC", call: native.call },
    { name: "REST", call: () => get(`${edge.url}/hello?name=Ada`, agent) },
    { name: "Connect", call: connectCall(createConnectTransport(http)) },
    { name: "gRPC-Web", call: connectCall(createGrpcWebTransport(http)) },
  ];
  await measure(ways, WARM_UP_ROUNDS);
  const measured = await measure(ways, ROUNDS);
  agent.destroy();
  return render(measured);
}

/** Latencies in ms by way, sorted. */
async function measure(ways: readonly Way[], rounds: number): Promise<ReadonlyMap<string, readonly number[]>> {
  const latencies = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, call } of ways) {
      const beganMs = performance.now();
      await call();
      latencies.get(name)?.push(performance.now() - beganMs);
    }
  }
  for (const list of latencies.values()) list.sort((one, other) => one - other);
  return latencies;
}

function render(measured: ReadonlyMap<string, readonly number[]>): string {
  const at = (list: readonly number[], share: number) => list[Math.floor(list.length * share)] ?? Number.NaN;
  const [direct = []] = measured.values();
  const rows = [...measured].map(([name, list]) => {
    const [p50, p99] = [at(list, 0.5), at(list, 0.99)];
    const added = [p50 - at(direct, 0.5), p99 - at(direct, 0.99)];
    return [name, ...[p50, p99].map(ms), ...added.map((more) => (list === direct ? "" : `+${ms(more)}`))];
  });
  const head = ["", "p50", "p99", "p50 added", "p99 added"];
  return [`latency of ${ROUNDS} calls in turn`, ...textTable([head, ...rows]), ""].join("\n");
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function grpcClient(address: string) {
  const client = new Client(address, credentials.createInsecure());
  const greeter = serviceClient(GreeterService, client);
  return {
    call: () =>
      new Promise((resolve, reject) =>
        greeter.sayHello({ name: "Ada" }, new Metadata(), { deadline: Date.now() + 10_000 }, (error, answer) =>
          error === null ? resolve(answer) : reject(error),
        ),
      ),
    [Symbol.dispose]: () => client.close(),
  };
}

function connectCall(transport: Transport): () => Promise<unknown> {
  const client = createClient(GreeterService, transport);
  return () => client.sayHello({ name: "Ada" });
}

function get(url: string, agent: Agent): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    sent.once("error", reject).end();
  });
}
