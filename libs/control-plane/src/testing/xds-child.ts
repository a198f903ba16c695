import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { proxylessBootstrap } from "../bootstrap/proxyless-bootstrap.ts";
import type { Answers, CallOptions } from "./greeter-caller.ts";
import { freePort } from "./greeter-server.ts";

const PROGRAM = fileURLToPath(new URL("xds-program.ts", import.meta.url));

/** A real grpc-js-xds client in a process of its own. */
export interface XdsClient extends AsyncDisposable {
  call(count: number, options?: CallOptions): Promise<Answers>;
  /** Calls `count` at a time until the answers are as wished; the test's own time limit is the only one. */
  callUntil(count: number, isWished: (answers: Answers) => boolean, options?: CallOptions): Promise<void>;
}

/** Starts a client of `target` that is configured by the control plane at `controlPlaneUri`. */
export function xdsClient(controlPlaneUri: string, target: string, pod = "client"): XdsClient {
  const child = start(controlPlaneUri, pod, [target]);
  const call = async (count: number, options: CallOptions = {}) => {
    child.send({ count, options });
    const [answers] = await once(child, "message");
    return answers as Answers;
  };
  return {
    call,
    callUntil: async (count, isWished, options) => {
      while (!isWished(await call(count, options)));
    },
    [Symbol.asyncDispose]: () => stop(child),
  };
}

/** A real XdsServer of grpc-js-xds; resolves once it serves. */
export async function xdsServer(controlPlaneUri: string): Promise<AsyncDisposable & { readonly port: number }> {
  const child = start(controlPlaneUri, "server", ["", `127.0.0.1:${await freePort()}`]);
  const [port] = await once(child, "message");
  if (typeof port !== "number") throw new Error(String(port));
  return { port, [Symbol.asyncDispose]: () => stop(child) };
}

function start(controlPlaneUri: string, pod: string, args: readonly string[]): ChildProcess {
  const bootstrap = proxylessBootstrap({ controlPlaneUri, nodeIp: "127.0.0.1", pod, namespace: "lab" });
  const env = { ...process.env, GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(bootstrap) };
  return fork(PROGRAM, args, { env, execArgv: [] });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.disconnect();
  await once(child, "exit");
}
