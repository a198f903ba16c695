import * as grpc from "@grpc/grpc-js";
import { whoAmI } from "./test-pod.ts";

/** A client of a target with a channel of its own, round_robin unless something else is said. */
export function newClient(target: string, policy = "round_robin"): grpc.Client {
  return new grpc.Client(target, grpc.credentials.createInsecure(), {
    "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ [policy]: {} }] }),
    // Else clients of one process share connections, and one test would see another's.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 20,
  });
}

/** Makes one call and returns the name of the pod that answered. */
export function callOnce(client: grpc.Client): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const deadline = Date.now() + 20_000;
  client.makeUnaryRequest(
    whoAmI.path,
    whoAmI.requestSerialize,
    whoAmI.responseDeserialize,
    Buffer.alloc(0),
    new grpc.Metadata(),
    { deadline },
    (error, answer) => (error === null ? resolve(String(answer)) : reject(error)),
  );
  return promise;
}
