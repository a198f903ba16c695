import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FrontendPorts } from "../server.ts";
import { FREE_PORTS } from "./test-frontend.ts";

/** A pod in a process of its own. */
export interface PodProcess extends AsyncDisposable {
  readonly address: string;
  /** Ends it at once, as a crash does. */
  kill(): void;
}

/** Starts a pod that answers at once. */
export async function forkPod(name: string): Promise<PodProcess> {
  const { child, exited } = start("pod", [name], {});
  const address: string = await next(child);
  return {
    address,
    kill: () => void child.kill("SIGKILL"),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Starts a frontend on free loopback ports whose memory can be asked for. */
export async function forkFrontend(env: Readonly<Record<string, string>>) {
  const { child, exited } = start("frontend", [], { ...FREE_PORTS, ...env });
  const ports: FrontendPorts = await next(child);
  return {
    url: `http://127.0.0.1:${ports.http}`,
    grpcAddress: `127.0.0.1:${ports.grpc}`,
    /** What it holds after a collection, in bytes. */
    async memory(): Promise<NodeJS.MemoryUsage> {
      child.send("memory");
      return await next(child);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function start(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const path = fileURLToPath(new URL(`./programs/${program}.ts`, import.meta.url));
  const child = fork(path, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return { child, exited: once(child, "close") };
}

async function next<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const stop = () => ended.abort(new Error("the program ended early"));
  child.once("close", stop);
  try {
    const [message] = await once(child, "message", { signal: ended.signal });
    return message;
  } finally {
    child.off("close", stop);
  }
}
