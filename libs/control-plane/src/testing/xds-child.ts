import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type CertificateFolder, proxylessBootstrap } from "../bootstrap/proxyless-bootstrap.ts";
import type { MeshEndpoint } from "../model/mesh-model.ts";
import type { Answers, CallOptions } from "./greeter-caller.ts";
import { freePort } from "./greeter-server.ts";

const PROGRAM = fileURLToPath(new URL("xds-program.ts", import.meta.url));

/** A real grpc-js-xds client in a process of its own. */
export interface XdsClient extends AsyncDisposable {
  call(count: number, options?: CallOptions): Promise<Answers>;
  /** Calls `count` at a time until the answers are as wished; the test's own time limit is the only one. */
  callUntil(count: number, isWished: (answers: Answers) => boolean, options?: CallOptions): Promise<void>;
}

/** Who a program is. */
export interface XdsChildOptions {
  /** Default "client" or "server". */
  readonly pod?: string;
  /** Default: none. */
  readonly certificate?: CertificateFolder;
  readonly labels?: Readonly<Record<string, string>>;
  /** The address by which a server knows its listener; it listens on every one. Default: 127.0.0.1. */
  readonly listener?: string;
  /** Whether what it prints is dropped; default false. */
  readonly silent?: boolean;
}

/** Starts a client of `target` that is configured by the control plane at `controlPlaneUri`. */
export function xdsClient(controlPlaneUri: string, target: string, options: XdsChildOptions = {}): XdsClient {
  const child = start(controlPlaneUri, { pod: "client", ...options }, [target]);
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

/** A real XdsServer of grpc-js-xds. */
export interface XdsServerChild extends AsyncDisposable {
  readonly port: number;
  readonly endpoint: MeshEndpoint;
  /** How it ended, when it does: its exit code. */
  readonly exited: Promise<number | null>;
}

/** Starts a server; resolves once it serves. */
export async function xdsServer(controlPlaneUri: string, options: XdsChildOptions = {}): Promise<XdsServerChild> {
  const { listener = "127.0.0.1", ...identity } = options;
  const child = start(controlPlaneUri, { pod: "server", ...identity }, ["", `${listener}:${await freePort()}`]);
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const [port] = await once(child, "message");
  if (typeof port !== "number") throw new Error(String(port));
  return { port, endpoint: { address: "127.0.0.1", port }, exited, [Symbol.asyncDispose]: () => stop(child) };
}

function start(
  controlPlaneUri: string,
  options: XdsChildOptions & { readonly pod: string },
  args: readonly string[],
): ChildProcess {
  const bootstrap = proxylessBootstrap({ controlPlaneUri, nodeIp: "127.0.0.1", namespace: "lab", ...options });
  const env = { ...process.env, GRPC_XDS_BOOTSTRAP_CONFIG: JSON.stringify(bootstrap) };
  return fork(PROGRAM, args, { env, execArgv: [], silent: options.silent ?? false });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.disconnect();
  await once(child, "exit");
}
