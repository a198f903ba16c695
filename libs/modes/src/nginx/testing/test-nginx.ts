import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Address } from "@grpc-lb-lab/stage-api";
import { freePort } from "../../testing/free-port.ts";
import { nginxArguments } from "../nginx-between.ts";
import { type NginxConfOptions, nginxConf } from "../nginx-conf.ts";
import { program } from "../program.ts";

const LOOPBACK = "127.0.0.1";

/** What is not as every stage configures nginx. */
export interface TestNginxOptions extends Pick<NginxConfOptions, "upstream" | "versions" | "rules"> {
  readonly workers?: number;
  /** Changes the configuration; it must change something. */
  readonly change?: (conf: string) => string;
}

/** Starts the nginx of this machine as every stage configures it, on loopback; resolves when it takes calls. */
export async function startTestNginx({ workers = 1, change, ...settings }: TestNginxOptions) {
  const folder = await mkdtemp(join(tmpdir(), "test-nginx-"));
  const listener: Address = { host: LOOPBACK, port: await freePort() };
  const admin: Address = { host: LOOPBACK, port: await freePort() };
  const conf = nginxConf({ listener, admin, folder, workers, ...settings });
  const changed = change?.(conf) ?? conf;
  if (change !== undefined && changed === conf) throw new Error("the change finds nothing to change");
  await writeFile(join(folder, "nginx.conf"), changed);
  const { path } = await program.find({ env: process.env });
  const child = spawn(path, nginxArguments(folder, join(folder, "nginx.conf")), {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const exited = once(child, "exit");
  await Promise.race([
    untilReady(`http://${LOOPBACK}:${admin.port}/ready`),
    exited.then(() => Promise.reject(new Error(log.join("\n")))),
  ]);
  return {
    address: `${LOOPBACK}:${listener.port}`,
    log,
    signal: (signal: NodeJS.Signals) => void child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const status = await fetch(url, { headers: { connection: "close" } }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What gRPC's calls have. */
export const POST = {
  ":method": "POST",
  ":path": "/greeter.v1.GreeterService/Greet",
  "content-type": "application/grpc",
  te: "trailers",
};

/** An empty message, as gRPC frames it: to nginx a call is another thing without one. */
const MESSAGE = Buffer.alloc(5);

/** What is seen of a call: nginx's own status of HTTP, or that of gRPC where nginx says one, and the pod's word of where it is. */
interface Answer {
  readonly status: number;
  readonly grpcStatus?: number;
  readonly pod: string;
}

/** Makes a unary call; rejects when it is refused or its connection ends. */
export async function call(client: ClientHttp2Session): Promise<Answer> {
  const headers = await answerTo(client.request(POST).end(MESSAGE));
  const { "grpc-status": grpcStatus } = headers;
  return {
    status: Number(headers[":status"]),
    ...(grpcStatus === undefined ? {} : { grpcStatus: Number(grpcStatus) }),
    pod: String(headers.pod ?? ""),
  };
}

/** An answer of nginx's own, for want of a pod's. */
export const UNAVAILABLE = { status: 200, grpcStatus: 14, pod: "" };

/** The first headers of an answer. */
export async function answerTo(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders & { ":status"?: number }> {
  const [headers] = await once(stream, "response");
  stream.on("error", () => {}).resume();
  return headers;
}

/** A pod's answer, by the address at which it was called: one server stands for all pods of loopback. */
export function answerByAddress(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  stream.respond(
    { ":status": 200, pod: stream.session?.socket.localAddress?.replace("::ffff:", "") },
    { endStream: true },
  );
}

/** nginx with fixed pods, which are addresses of loopback. */
export function fixedPods(port: number, hosts: readonly string[] = [LOOPBACK]): NginxConfOptions["upstream"] {
  return { zone: true, resolve: "once", backends: hosts.map((host) => ({ host, port })) };
}
