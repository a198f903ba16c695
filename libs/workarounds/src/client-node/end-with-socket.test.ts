import { PassThrough } from "node:stream";
import { Exec, KubeConfig } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { type ExecSocket, endWithSocket } from "./end-with-socket.ts";

it("may go when client-node itself ends the outputs of a command whose connection is lost", async () => {
  const socket = {} as ExecSocket;
  const exec = new Exec(new KubeConfig(), { connect: async () => socket });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  await exec.exec("lab-plain", "client", "app", ["true"], stdout, stderr, null, false);
  expect(socket.onclose).toBeUndefined();
  endWithSocket(socket, [stdout, stderr]);
  socket.onclose?.({} as never);
  expect([stdout.writableEnded, stderr.writableEnded]).toEqual([true, true]);
});
