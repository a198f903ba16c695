import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import {
  Client,
  credentials,
  experimental,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { expect, it, onTestFinished } from "vitest";

const CALL = {
  path: "/test.Test/Call",
  requestStream: false,
  responseStream: false,
  requestSerialize: (value: Buffer) => value,
  requestDeserialize: (value: Buffer) => value,
  responseSerialize: (value: Buffer) => value,
  responseDeserialize: (value: Buffer) => value,
} as const;

/** How a call of a target ends that is not OK. */
async function failureOf(target: string, deadlineMs: number, atServer?: () => void): Promise<ServiceError | null> {
  const client = new Client(target, credentials.createInsecure(), {
    "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  });
  onTestFinished(() => client.close());
  const { promise, resolve } = Promise.withResolvers<ServiceError | null>();
  const { path, requestSerialize, responseDeserialize } = CALL;
  client.makeUnaryRequest(
    path,
    requestSerialize,
    responseDeserialize,
    Buffer.alloc(0),
    new Metadata(),
    { deadline: Date.now() + deadlineMs },
    (error) => resolve(error),
  );
  atServer?.();
  return promise;
}

it("libs/kube-resolver pushes an error after an empty list: alone, the list lets calls wait for their deadline", async () => {
  class NoEndpoints implements experimental.Resolver {
    static getDefaultAuthority = () => "authority";
    readonly #listener: experimental.ResolverListener;
    #told = false;
    constructor(_target: experimental.GrpcUri, listener: experimental.ResolverListener) {
      this.#listener = listener;
    }
    updateResolution(): void {
      if (!this.#told) setImmediate(this.#listener, experimental.statusOrFromValue([]), {}, null, "");
      this.#told = true;
    }
    destroy(): void {}
  }
  experimental.registerResolver("empty", NoEndpoints);
  const failure = await failureOf("empty:///nobody", 700);
  expect(failure?.code).toBe(status.DEADLINE_EXCEEDED);
});

it("libs/rpc ends the calls of a forced shutdown itself: grpc-js ends them as CANCELLED, which nobody retries", async () => {
  const server = new Server();
  const { promise: called, resolve } = Promise.withResolvers<void>();
  server.addService({ call: CALL }, { call: () => resolve() });
  const port = await new Promise<number>((bound) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_error, taken) => bound(taken));
  });
  const failure = failureOf(`127.0.0.1:${port}`, 20_000);
  await called;
  server.forceShutdown();
  expect((await failure)?.code).toBe(status.CANCELLED);
});

it("libs/rpc and libs/control-plane read why a port cannot be had from the message: the error has no code", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const error = await new Promise<Error | null>((ended) => {
    new Server().bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), ended);
  });
  expect(error?.message).toContain("EADDRINUSE");
  expect(error).not.toHaveProperty("code");
});
