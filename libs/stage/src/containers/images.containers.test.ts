import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { answers } from "../deployment/probes.ts";
import { untilReady } from "../deployment/readiness.ts";
import { GrpcCall, grpcSession } from "./testing/grpc-call.ts";
import { runImage } from "./testing/run-image.ts";
import { never } from "./testing/under-test.ts";

const [GRPC_PORT, ADMIN_PORT] = [50_051, 9_090];
const SERVICE = "/greeter.v1.GreeterService";
/** Field 2 of a stream's request, the count, is 3; field 3, the interval, 1,000 ms. */
const THREE_IN_TWO_SECONDS = [0x10, 3, 0x18, 0xe8, 0x07];

describe.concurrent("a shipped image", () => {
  it.each([
    ["backend", { env: { GRPC_PORT: "many" } }],
    ["frontend", { env: { HTTP_PORT: "many" } }],
    ["echo", { env: { GRPC_PORT: "many" } }],
    ["lab", { command: ["serve", "forwarder"], env: { PORT: "many" } }],
  ])("%s says in one line what is wrong with its environment, and ends with 2", async (image, options) => {
    await using running = await runImage(image, options);
    const said = await text(running.stderr);
    expect(said).toMatch(/^[a-z]+: .*PORT.*many.*\n$/);
    expect(await running.exited).toBe(2);
  });

  it.each([
    ["backend", {}],
    ["lab", { command: ["idle"] }],
    ["lab", { command: ["serve", "control-plane"] }],
  ])("%s ends by SIGTERM while it starts", async (image, options) => {
    await using running = await runImage(image, options);
    // Repeated, for the kernel hands a container's first process no signal before there is a handler.
    const asking = setInterval(() => void running.container.kill("SIGTERM").catch(() => {}), 100);
    const exitCode = await running.exited;
    clearInterval(asking);
    expect([0, 143]).toContain(exitCode);
  });

  it("backend lets calls of all four kinds end well when it is told to go, and ends with 0", async () => {
    await using running = await runImage("backend", {
      env: { WORK_MS: "2000", SHUTDOWN_GRACE_MS: "20000" },
      publishedPorts: [GRPC_PORT, ADMIN_PORT],
    });
    const { container, exited } = running;
    await ready(container.hostAddress(ADMIN_PORT), exited);
    const session = await grpcSession(container.hostAddress(GRPC_PORT));
    const [unary, server, client, bidi] = ["SayHello", "SayHelloStream", "SayHelloToMany", "Chat"].map(
      (method) => new GrpcCall(session, `${SERVICE}/${method}`),
    );
    for (const call of [unary, client, bidi]) call?.say("lab");
    server?.say("lab", THREE_IN_TWO_SECONDS);
    for (const call of [unary, server]) call?.end();
    await bidi?.answered; // By then the other three have been taken up as well.
    const stopping = container.stop(30_000);
    const sent = performance.now();
    for (const call of [client, bidi]) {
      call?.say("again");
      call?.end();
    }
    expect(await Promise.all([unary, server, client, bidi].map((call) => call?.status))).toEqual([0, 0, 0, 0]);
    await stopping;
    expect(await exited).toBe(0);
    expect(performance.now() - sent).toBeLessThan(20_000);
  });
});

function ready(address: string, exited: Promise<number>): Promise<void> {
  return untilReady({
    what: "backend",
    probe: answers(`http://${address}/readyz`),
    gone: exited.then((code) => Promise.reject(new Error(`it ended with ${code}`))),
    lastWords: () => "",
    deadlineMs: 60_000,
    signal: never,
  });
}
