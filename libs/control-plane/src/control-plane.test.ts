import { expect, test, vi } from "vitest";
import { ControlPlane } from "./control-plane.ts";
import { HandClient } from "./testing/hand-client.ts";
import { hangingProxy } from "./testing/hanging-proxy.ts";
import { BACKEND, BACKEND_CLUSTER, backend, endpoint, modelOf } from "./testing/models.ts";

test("a taken port is named, with what to do", async () => {
  await using plane = await ControlPlane.listen({ model: modelOf() });
  await expect(ControlPlane.listen({ port: plane.port, model: modelOf() })).rejects.toThrow(
    `the control plane cannot listen on ${plane.uri}: the port is taken; stop what listens there or choose another port`,
  );
});

test("an invalid model is refused at the start, and later without a change to what is served", async () => {
  const invalid = modelOf(backend({ clusterIp: "nowhere" }));
  await expect(ControlPlane.listen({ model: invalid })).rejects.toThrow(/the model cannot be served: .*"nowhere"/);
  await using plane = await ControlPlane.listen({ model: modelOf(backend()) });
  const { model } = plane;
  expect(() => plane.update(invalid)).toThrow(/cannot be served/);
  expect(plane.model).toBe(model);
});

test("endpoints of an unknown service are refused with the services there are", async () => {
  await using plane = await ControlPlane.listen({ model: modelOf(backend()) });
  expect(() => plane.setEndpoints({ ...BACKEND, port: 1 }, [])).toThrow(
    "there is no service backend.lab.svc.cluster.local:1; the model has: backend.lab.svc.cluster.local:50051",
  );
});

test("its end cuts the streams and tells those who wait", async () => {
  const plane = await ControlPlane.listen({ model: modelOf(backend()) });
  using client = new HandClient(plane.uri);
  await client.take("EDS", [BACKEND_CLUSTER]);
  const never = expect(plane.acknowledged({ types: ["LDS"] })).rejects.toThrow("the control plane was closed");
  await plane.close();
  await never;
  await client.ended;
  await using next = await ControlPlane.listen({ port: plane.port, model: modelOf(backend()) });
  expect(next.port).toBe(plane.port);
});

test("acknowledged waits for a client, for the types asked for, and only as long as its signal lets it", async () => {
  await using plane = await ControlPlane.listen({ model: modelOf(backend()) });
  const reason = new Error("enough");
  await expect(plane.acknowledged({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const abort = new AbortController();
  const aborted = expect(plane.acknowledged({ signal: abort.signal })).rejects.toBe(reason);
  abort.abort(reason);
  await aborted;

  const acknowledged = plane.acknowledged({ types: ["EDS"], client: ({ proxy }) => proxy.namespace === "lab" });
  using client = new HandClient(plane.uri);
  await client.take("CDS", [BACKEND_CLUSTER]);
  await client.take("EDS", [BACKEND_CLUSTER]);
  await acknowledged;
  plane.setEndpoints(BACKEND, [endpoint("127.0.0.4")]);
  const again = plane.acknowledged();
  await client.accept([BACKEND_CLUSTER]);
  await again;
});

test("a client that is stuck is cut off and forgotten", async () => {
  await using plane = await ControlPlane.listen({ model: modelOf(backend()), keepaliveMs: 500 });
  await using proxy = await hangingProxy(plane.port);
  using client = new HandClient(proxy.uri);
  await client.take("EDS", [BACKEND_CLUSTER]);
  expect(plane.clients()).toHaveLength(1);
  proxy.hang();
  await vi.waitFor(() => expect(plane.clients()).toEqual([]), { timeout: 60_000 });
});
