import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { expect, test, vi } from "vitest";
import { HealthServer, unusedPort } from "./testing/health-server.ts";
import { untilServing, type Waiting } from "./until-serving.ts";

/** Waits for a server at `address` whose container goes on running. */
function wait(address: string, more: Partial<Waiting> = {}): Promise<void> {
  return untilServing({ address, options: {}, timeoutMs: 60_000, ended: async () => undefined, ...more });
}

test("it asks for the given service until the answer is SERVING", async () => {
  await using server = await HealthServer.start((call) => (call < 3 ? "NOT_SERVING" : "SERVING"));
  await wait(server.address, { options: { service: "greeter", intervalMs: 5 } });
  expect(server.asked).toEqual(["greeter", "greeter", "greeter"]);
});

test("the server as a whole is asked for by an empty name", async () => {
  await using server = await HealthServer.start();
  await wait(server.address);
  expect(server.asked).toEqual([""]);
});

test("a server that does not listen yet is found once it does", async () => {
  const port = await unusedPort();
  await using servers = new AsyncDisposableStack();
  let refused = 0;
  const ended = async () => {
    refused += 1;
    if (refused === 3) servers.use(await HealthServer.start(undefined, { port }));
    return undefined;
  };
  await wait(`localhost:${port}`, { options: { intervalMs: 20 }, ended });
  expect(refused).toBeGreaterThanOrEqual(3);
});

test("nearly every question tries to connect: gRPC's own backoff, a second at first, would make it one of fifty", async () => {
  const CONNECTIONS = 5;
  let [connections, questions] = [0, 0];
  const refusing = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, "localhost");
  await once(refusing, "listening");
  const { port } = refusing.address() as AddressInfo;
  const ended = async () => {
    questions += 1;
    return connections < CONNECTIONS ? undefined : "enough";
  };
  await expect(wait(`localhost:${port}`, { options: { intervalMs: 20 }, ended })).rejects.toThrow("enough");
  refusing.close();
  expect(questions).toBeLessThan(10 * CONNECTIONS);
});

test("a call that gets no answer is given up and made again", async () => {
  await using server = await HealthServer.start((call) => (call === 1 ? "silence" : "SERVING"));
  await wait(server.address, { options: { deadlineMs: 50 } });
  expect(server.asked.length).toBeGreaterThan(1);
});

test("the last answer is told when time is up", async () => {
  await using server = await HealthServer.start(() => "NOT_SERVING");
  const waiting = wait(server.address, { timeoutMs: 300 });
  await expect(waiting).rejects.toThrow("it was not SERVING within 300 ms; the last answer was NOT_SERVING");
});

test("time is up even while a call is waiting for its answer", async () => {
  await using server = await HealthServer.start(() => "silence");
  const waiting = wait(server.address, { options: { deadlineMs: 3_600_000 }, timeoutMs: 200 });
  await expect(waiting).rejects.toThrow(/within 200 ms; the last answer was DEADLINE_EXCEEDED/);
});

test("a question that the end of the wait cuts short is not told as the last answer", async () => {
  await using server = await HealthServer.start((call) => (call === 1 ? "NOT_SERVING" : "silence"));
  const waiting = wait(server.address, { options: { deadlineMs: 3_600_000 }, timeoutMs: 1_000 });
  await expect(waiting).rejects.toThrow("the last answer was NOT_SERVING");
});

test("a server without a health service is told as what it is", async () => {
  const server = new Server();
  const bound = ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve) => server.bindAsync("localhost:0", bound, (_, at) => resolve(at)));
  using _shutdown = { [Symbol.dispose]: () => server.forceShutdown() };
  const waiting = wait(`localhost:${port}`, { timeoutMs: 300 });
  await expect(waiting).rejects.toThrow(/the last answer was UNIMPLEMENTED: .*grpc.health.v1.Health\/Check/);
});

test("a container that has ended is not waited for", async () => {
  const port = await unusedPort();
  const waiting = wait(`localhost:${port}`, { ended: async () => "the container ended with exit code 2" });
  await expect(waiting).rejects.toThrow("the container ended with exit code 2");
});

test("no proxy of the environment is asked", async () => {
  vi.stubEnv("http_proxy", `http://127.0.0.1:${await unusedPort()}`);
  vi.stubEnv("no_proxy", "");
  await using server = await HealthServer.start();
  await wait(server.address);
  vi.unstubAllEnvs();
});

test("with TLS, a name may be given that the certificate is for", async () => {
  const { key, certificate } = selfSigned("backend.example");
  const pair = [{ private_key: key, cert_chain: certificate }];
  await using server = await HealthServer.start(undefined, { credentials: ServerCredentials.createSsl(null, pair) });
  const tls = { credentials: credentials.createSsl(certificate) };
  const named = { ...tls, channelOptions: { "grpc.ssl_target_name_override": "backend.example" } };
  await wait(server.address, { options: named });
  await expect(wait(server.address, { options: tls, timeoutMs: 500 })).rejects.toThrow(/UNAVAILABLE: .*altnames/);
  await expect(wait(server.address, { timeoutMs: 500 })).rejects.toThrow(/the last answer was UNAVAILABLE/);
});

function selfSigned(host: string): { readonly certificate: Buffer; readonly key: Buffer } {
  using folder = mkdtempDisposableSync(join(tmpdir(), "testcontainers-grpc-"));
  const [keyFile, certificateFile] = [join(folder.path, "key.pem"), join(folder.path, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  const files = ["-keyout", keyFile, "-out", certificateFile];
  execFileSync("openssl", ["req", "-x509", ...curve, ...subject, ...files], { stdio: "ignore" });
  return { key: readFileSync(keyFile), certificate: readFileSync(certificateFile) };
}
