import { status } from "@grpc/grpc-js";
import { StatusError } from "@grpc-lb-lab/rpc";
import { expect, test, vi } from "vitest";
import { heldUntilCancelled } from "../testing/held.ts";
import { openSocket } from "../testing/raw-exchange.ts";
import { PATIENT, startTestFrontend } from "../testing/test-frontend.ts";

const greeting = { message: "Hello from pod-a, Ada!", servedBy: { pod: "pod-a" } };

test("each answer is an event, and the end too", async () => {
  await using edge = await startTestFrontend();
  const answer = await fetch(`${edge.url}/v1/greetings:stream?name=Ada&count=3`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  const events = (await answer.text()).split("\n\n");
  expect(events.slice(0, 3).map((event) => event.startsWith("event: greeting\ndata: {"))).toEqual([true, true, true]);
  expect(events.slice(3)).toEqual(["event: end\ndata: {}", ""]);
});

test("an error before the first answer is an HTTP error, one after it an event", async () => {
  let answers = 0;
  await using edge = await startTestFrontend(
    {},
    {
      async *sayHelloStream() {
        for (let sent = 0; sent < answers; sent++) yield greeting;
        throw new StatusError(status.ABORTED, "on purpose");
      },
    },
  );
  const url = `${edge.url}/v1/greetings:stream?name=Ada`;
  expect((await fetch(url)).status).toBe(409);
  answers = 1;
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  const [, last = ""] = (await answer.text()).split("\n\n");
  expect(last).toMatch(/^event: error\ndata: {"code":"ABORTED","message":"on purpose","requestId":"[^"]+"}$/);
});

test("a client that goes away cancels the stream", async () => {
  await using edge = await startTestFrontend(
    {},
    {
      async *sayHelloStream(_request, call) {
        yield greeting;
        await heldUntilCancelled(call);
      },
    },
  );
  const gone = new AbortController();
  const answer = await fetch(`${edge.url}/v1/greetings:stream?name=Ada`, { signal: gone.signal });
  await answer.body?.getReader().read();
  gone.abort();
  await vi.waitFor(() => expect(edge.pod.seen[0]?.signal.aborted).toBe(true), PATIENT);
});

test("a client that does not read holds the backend back, and is cut when its time is over", async () => {
  let sent = 0;
  await using edge = await startTestFrontend(
    { MAX_DEADLINE_MS: "2000", REQUEST_TIMEOUT_MS: "300", MAX_CONNECTIONS: "1" },
    {
      async *sayHelloStream() {
        for (;;) {
          sent++;
          yield { message: "x".repeat(65_536), servedBy: { pod: "pod-a" } };
        }
      },
    },
  );
  using client = await openSocket(edge.ports.http);
  client.socket.pause();
  client.socket.write("GET /v1/greetings:stream?name=Ada HTTP/1.1\r\nhost: x\r\n\r\n");
  await vi.waitFor(() => expect(edge.pod.seen[0]?.signal.aborted).toBe(true), PATIENT);
  // The buffers of three connections' sockets and HTTP/2 windows, in 2 s; unheld it would be thousands.
  expect(sent).toBeLessThan(1_000);
  // Its place is free.
  await vi.waitFor(async () => expect((await fetch(`${edge.url}/hello?name=Ada`)).status).toBe(200), PATIENT);
});
