import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type ClientHttp2Session, createServer, type Http2Session, type ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { freePort } from "../../testing/free-port.ts";
import { twoFamilyDns } from "../../testing/two-family-dns.ts";
import { type BackendSettings, haproxyConfig } from "../haproxy-config.ts";
import { HAPROXY } from "../program.ts";

/** How long a busy machine may take for what takes no time by itself. */
export const PATIENT = { timeout: 30_000, interval: 20 };
const LOOPBACK = "127.0.0.1";
/** The Service's full name. */
export const NAME = "backend-headless.lab.svc.cluster.local";

/** A pod of {@link startPods}. */
export interface TestPod {
  readonly host: string;
  /** Ends it as a crash does. */
  crash(): void;
}

/** Pods on loopback addresses that share a port, as pods of a headless Service do. What one answers is left to `onStream`; by default its address. */
export async function startPods(hosts: readonly string[], onStream = answerHost) {
  const port = await freePort();
  const pods = await Promise.all(hosts.map((host) => startPod(host, port, onStream)));
  return {
    port,
    pods,
    [Symbol.dispose]: () => {
      for (const pod of pods) pod.crash();
    },
  };
}

async function startPod(host: string, port: number, onStream: typeof answerHost): Promise<TestPod> {
  const sessions = new Set<Http2Session>();
  // Node's own limit of a session's memory is none of HAProxy's; gRPC's server lifts it, too.
  const server = createServer({ maxSessionMemory: 1_000 }).on("stream", (stream) => {
    stream.on("error", () => {}); // As HAProxy cuts it.
    onStream(stream, host);
  });
  server.on("session", (session) => sessions.add(session.on("error", () => {})));
  await once(server.listen(port, host), "listening");
  const crash = () => {
    server.close();
    for (const session of sessions) if (!session.destroyed) session.destroy(new Error("crashed"));
  };
  return { host, crash };
}

/** Answers with the pod's address, as a gRPC server does that has nothing to say. */
export function answerHost(stream: ServerHttp2Stream, host: string): void {
  stream.resume();
  const headers = { ":status": 200, "content-type": "application/grpc", pod: host, "grpc-status": "0" };
  stream.respond(headers, { endStream: true });
}

/** A DNS server that names the hosts of an array, whatever is in it at the time. */
export function namesOf(hosts: readonly string[]) {
  return twoFamilyDns(NAME, { A: hosts, AAAA: [] });
}

/** What differs from HAProxy as every stage configures it. */
interface Differences extends Partial<BackendSettings> {
  /** Changes the text of the configuration. */
  readonly edit?: (config: string) => string;
  /** Whether to wait until it has a pod; default true. */
  readonly untilReady?: boolean;
  /** Where it listens; default loopback. */
  readonly host?: string;
}

/** Starts the HAProxy of this machine in front of the pods at `port` that the server `dns` names. */
export async function startTestHaproxy(port: number, dns: BackendSettings["resolver"], differences: Differences = {}) {
  const { edit = (config) => config, untilReady = true, host = LOOPBACK, ...settings } = differences;
  const [listener, admin] = [
    { host, port: await freePort() },
    { host, port: await freePort() },
  ];
  const backend = { backend: { name: NAME, port }, resolver: dns, dnsRefreshMs: 100, proxyRetries: undefined };
  const haproxy = await run(edit(haproxyConfig({ listener, admin, ...backend, ...settings })));
  const get = (path: string) => fetch(`http://${LOOPBACK}:${admin.port}${path}`);
  await vi.waitFor(async () => expect((await get(untilReady ? "/ready" : "/live")).ok).toBe(true), PATIENT);
  return { ...haproxy, ask: async (path: string) => (await get(path)).text(), address: `${LOOPBACK}:${listener.port}` };
}

async function run(config: string) {
  const { path } = await HAPROXY.find({ env: process.env });
  const folder = await mkdtemp(join(tmpdir(), "haproxy-"));
  const file = join(folder, "haproxy.cfg");
  await writeFile(file, config);
  const child = spawn(path, ["-db", "-f", file], { stdio: "ignore" });
  const exited = once(child, "exit");
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

const POST = { ":method": "POST", ":path": "/greeter.v1.GreeterService/Greet", "content-type": "application/grpc" };

/** What HAProxy says of a call that fails with a status of HTTP. */
export const failed = (status: number) => `HAProxy: ${status}`;

/** Opens a stream, whose request goes on. */
export function openStream(client: ClientHttp2Session) {
  return client.request(POST).on("error", () => {}); // As HAProxy ends it.
}

/** Makes a call: the pod that answers it, or what HAProxy says of its failure: {@link failed}, or the fault of HTTP/2. */
export async function call(client: ClientHttp2Session): Promise<unknown> {
  const stream = client.request(POST, { endStream: true });
  try {
    const [headers] = await once(stream, "response");
    stream.resume();
    return headers.pod ?? headers["grpc-message"];
  } catch (error) {
    return (error as Error).message;
  }
}

/** Makes calls one after the other. */
export async function calls(client: ClientHttp2Session, count: number): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (let made = 0; made < count; made++) answers.push(await call(client));
  return answers;
}

/** How often each is there. */
export function tally(answers: readonly unknown[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(answers, String)].map(([answer, all]) => [answer, all.length]));
}
