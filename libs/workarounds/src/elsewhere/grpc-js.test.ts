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

it("libs/lb-policies takes picks back that have not started by the next turn: grpc-js tells nothing of a picked call that never starts", async () => {
  const told: string[] = [];
  let onPick = () => {};
  /** round_robin whose picks are noted, and what is told of them. */
  class Noting extends experimental.ChildLoadBalancerHandler {
    constructor(helper: experimental.ChannelControlHelper) {
      const noted = (picker: experimental.Picker): experimental.Picker => ({
        pick: (args) => {
          const result = picker.pick(args);
          if (result.pickResultType !== experimental.PickResultType.COMPLETE) return result;
          told.push("picked");
          onPick();
          return { ...result, onCallStarted: () => told.push("started"), onCallEnded: () => told.push("ended") };
        },
      });
      super(
        experimental.createChildChannelControlHelper(helper, {
          updateState: (state, picker, error) => helper.updateState(state, noted(picker), error),
        }),
      );
    }
    override updateAddressList(
      ...[endpoints, , options, note]: Parameters<experimental.LoadBalancer["updateAddressList"]>
    ) {
      return super.updateAddressList(endpoints, roundRobin, options, note);
    }
  }
  class Config {
    static createFromJson = () => new Config();
    getLoadBalancerName = () => "noting";
    toJsonObject = () => ({ noting: {} });
  }
  const roundRobin = experimental.parseLoadBalancingConfig({ round_robin: {} });
  experimental.registerLoadBalancerType("noting", Noting, Config);
  const server = new Server();
  onTestFinished(() => server.forceShutdown());
  server.addService(
    { call: CALL },
    { call: (_call: unknown, answer: (error: null, value: Buffer) => void) => answer(null, Buffer.alloc(0)) },
  );
  const port = await new Promise<number>((bound) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_error, taken) => bound(taken));
  });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ noting: {} }] }),
  });
  onTestFinished(() => client.close());
  const { path, requestSerialize, responseDeserialize } = CALL;
  const call = (isCancelled: boolean) =>
    new Promise((ended) => {
      const made = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, Buffer.alloc(0), ended);
      onPick = () => isCancelled && made.cancel();
    });
  await call(false);
  expect(told.splice(0)).toEqual(["picked", "started", "ended"]);
  await call(true);
  await new Promise((later) => setImmediate(later));
  expect(told).toEqual(["picked"]);
});
