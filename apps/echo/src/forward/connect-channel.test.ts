import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Client, connectivityState, credentials } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { startTestEcho } from "../testing/test-echo.ts";
import { connectChannel } from "./connect-channel.ts";

const never = new AbortController().signal;

test("a channel is connected before it is used", async () => {
  await using pod = await startTestEcho();
  using open = channelTo(pod.address);
  await connectChannel(open.client, never);
  expect(open.state()).toBe(connectivityState.READY);
});

test("a channel that cannot be connected is left to its calls", async () => {
  using open = channelTo("127.0.0.1:1");
  await connectChannel(open.client, never);
  expect(open.state()).not.toBe(connectivityState.READY);
});

test("the wait for a silent server ends when it is aborted", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  using open = channelTo(`127.0.0.1:${(silent.address() as AddressInfo).port}`);
  const controller = new AbortController();
  const connected = connectChannel(open.client, controller.signal);
  const [socket] = await once(silent, "connection");
  controller.abort();
  await connected;
  expect(open.state()).not.toBe(connectivityState.READY);
  socket.destroy();
  silent.close();
});

function channelTo(address: string) {
  const client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  return {
    client,
    state: () => client.getChannel().getConnectivityState(false),
    [Symbol.dispose]: () => client.close(),
  };
}
