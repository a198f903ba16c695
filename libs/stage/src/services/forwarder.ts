import { seededRandom } from "@grpc-lb-lab/measure";
import * as v from "valibot";
import { ConnectionForwarder, type ForwardTarget } from "../deployment/connection-forwarder.ts";
import type { ServiceProgram } from "./service-program.ts";
import { serveState } from "./state-server.ts";

const ForwarderState = v.strictObject({
  /** Where new connections go, one at random. */
  targets: v.array(v.strictObject({ host: v.string(), port: v.number() })),
});
/** What a forwarder is told. */
export type ForwarderState = v.InferInput<typeof ForwarderState>;

/** The Service's address, as kube-proxy makes it; the targets are its state. */
export const startForwarder: ServiceProgram = async ({ host, port, statePort, seed }) => {
  await using rollback = new AsyncDisposableStack();
  let targets: readonly ForwardTarget[] = [];
  rollback.use(await ConnectionForwarder.listen({ host, port, targets: () => targets, random: seededRandom(seed) }));
  const put = (state: ForwarderState) => {
    targets = state.targets;
  };
  rollback.use(await serveState({ host, port: statePort, schema: ForwarderState, put }));
  return rollback.move();
};
