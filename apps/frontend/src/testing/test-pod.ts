import type { Metadata } from "@grpc/grpc-js";
import { GreeterService } from "@grpc-lb-lab/proto";
import {
  buildServer,
  type CallContext,
  createLogger,
  implement,
  ServerMetrics,
  type ServiceImplementation,
} from "@grpc-lb-lab/rpc";
import { CallDeadlines } from "../grpc/call-deadlines.ts";

export type GreeterFunctions = ServiceImplementation<typeof GreeterService>;

/** A call as it reached a pod. */
export interface SeenCall {
  readonly metadata: Metadata;
  /** The time that it had left. */
  readonly remainingMs: number | undefined;
  readonly signal: AbortSignal;
}

/** What a test pod does other than the backend, and whether it notes its calls; default true. */
export interface TestPodOptions extends Partial<GreeterFunctions> {
  readonly notes?: boolean;
}

/**
 * A backend of which each test says only what matters to it, on a free loopback port. It notes the calls that reach it, unless `notes` says that they are
 * too many.
 */
export async function startTestPod(pod: string, { notes = true, ...overrides }: TestPodOptions = {}) {
  const seen: SeenCall[] = [];
  const deadlines = new CallDeadlines();
  const functions = { ...greeterFunctions(pod), ...overrides };
  const note = (call: CallContext) =>
    void seen.push({ metadata: call.metadata, remainingMs: deadlines.remainingMs(call), signal: call.signal });
  const implementation = notes ? noting(functions, note) : functions;
  const service = deadlines.watch(implement(GreeterService, implementation, createLogger("silent")));
  const connections = { kind: "plain", maxConnectionAgeMs: 0, maxConnectionAgeGraceMs: 0, keepaliveMs: 0 } as const;
  const server = await buildServer({ connections, services: [service], metrics: new ServerMetrics() });
  const port = await server.listen({ host: "127.0.0.1", port: 0 });
  return {
    address: `127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      await server.force();
    },
  };
}

function noting(functions: GreeterFunctions, note: (call: CallContext) => void): GreeterFunctions {
  const first =
    <I, O>(run: (input: I, call: CallContext) => O) =>
    (input: I, call: CallContext): O => {
      note(call);
      return run(input, call);
    };
  return {
    sayHello: first(functions.sayHello),
    sayHelloStream: first(functions.sayHelloStream),
    sayHelloToMany: first(functions.sayHelloToMany),
    chat: first(functions.chat),
  };
}

/** A greeter that answers as the backend does. */
function greeterFunctions(pod: string): GreeterFunctions {
  const greet = (...names: string[]) => ({
    message: `Hello from ${pod}, ${names.join(", ")}!`,
    servedBy: { pod, zone: "a", version: "v1" },
  });
  return {
    sayHello: ({ name }) => greet(name),
    async *sayHelloStream({ name, count }) {
      for (let sent = 0; sent < Math.max(1, count); sent++) yield greet(name);
    },
    async sayHelloToMany(requests) {
      const names = [];
      for await (const { name } of requests) names.push(name);
      return greet(...names);
    },
    async *chat(requests) {
      for await (const { name } of requests) yield greet(name);
    },
  };
}
