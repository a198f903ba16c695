import { json } from "node:stream/consumers";
import { type Answer, fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterEach, expect, it, vi } from "vitest";
import { PodAdmin } from "./pod-admin.ts";

afterEach(() => vi.unstubAllEnvs());

const FAULTS = "/api/v1/namespaces/lab-plain/pods/backend-1:9090/proxy/faults";

async function clear(answer: Answer | number, signal = new AbortController().signal): Promise<void> {
  await using api = await fakeApiServer({ [FAULTS]: answer });
  await new PodAdmin(api.client, "lab-plain", 0).clear("backend-1", signal);
}

function refuses(status: number, message: string): Answer {
  return (response) => response.writeHead(status).end(JSON.stringify({ message }));
}

it("tells a pod that its faults are over", async () => {
  const methods: (string | undefined)[] = [];
  await clear((response, { method }) => {
    methods.push(method);
    response.end("{}");
  });
  expect(methods).toEqual(["PUT"]);
});

it("adds the pod's work to a fault, but where every call fails, which is no work", async () => {
  const sent: unknown[] = [];
  const take: Answer = async (response, request) => {
    sent.push(await json(request));
    response.end("{}");
  };
  await using api = await fakeApiServer({ [FAULTS]: take });
  const admin = new PodAdmin(api.client, "lab-plain", 50);
  const { signal } = new AbortController();
  await admin.setFault("backend-1", { latencyMs: 200 }, signal);
  await admin.setFault("backend-1", { errorCode: "UNAVAILABLE", errorShare: 1 }, signal);
  expect(sent).toEqual([{ latencyMs: 250 }, { errorCode: "UNAVAILABLE", errorShare: 1, latencyMs: 0 }]);
});

it.each([
  "EOF",
  "read tcp 10.0.0.1:51060->10.0.0.7:9090: read: connection reset by peer",
  "write tcp 10.0.0.1:51060->10.0.0.7:9090: write: broken pipe",
])("has a pod count anew though the API server's connection to it has just ended: %s", async (how) => {
  let attempts = 0;
  const path = "/api/v1/namespaces/lab-plain/pods/backend-1:9090/proxy/received";
  await using api = await fakeApiServer({
    [path]: (response, request) => {
      attempts += 1;
      if (attempts === 1) refuses(503, `error trying to reach service: ${how}`)(response, request);
      else response.end("{}");
    },
  });
  await new PodAdmin(api.client, "lab-plain", 0).forgetReceived("backend-1", new AbortController().signal);
  expect(attempts).toBe(2);
});

it("has nothing to end where the pod has gone, or its process", async () => {
  await clear(404);
  await clear(refuses(503, "error trying to reach service: dial tcp 10.0.0.7:9090: connect: connection refused"));
});

/** Answers as `refuses` does; at the second attempt the time is over. */
function refusesUntilLate(status: number, message: string): readonly [Answer, AbortSignal] {
  const late = new AbortController();
  let attempts = 0;
  const answer: Answer = (response, request) => {
    attempts += 1;
    if (attempts === 2) late.abort();
    refuses(status, message)(response, request);
  };
  return [answer, late.signal];
}

it("tries again while a pod is not reached", async () => {
  let attempts = 0;
  await clear((response, request) => {
    attempts += 1;
    if (attempts === 1) refuses(504, "i/o timeout")(response, request);
    else response.end("{}");
  });
  expect(attempts).toBe(2);
});

it.each([
  [503, "i/o timeout", "the API server of context fake answered 503: i/o timeout"],
  [
    403,
    "pods/proxy is forbidden",
    "context fake lacks a permission: pods/proxy is forbidden: ask for a role that has it, or name another context",
  ],
])("says so when a pod may stay slow: %s %s", async (status, message, reason) => {
  await expect(clear(...refusesUntilLate(status, message))).rejects.toThrow(
    `pod backend-1 may still have its fault, because it could not be reached (${reason}); run kubectl --context fake -n lab-plain delete pod backend-1`,
  );
});
