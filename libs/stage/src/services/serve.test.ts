import { once } from "node:events";
import { createServer } from "node:net";
import { InputError } from "@grpc-lb-lab/stage-api";
import { afterEach, describe, expect, it, vi } from "vitest";
import { leaseLoopbackRange } from "../local/loopback-range.ts";
import { nackingClient } from "../local/testing/nacking-client.ts";
import { firstLine, isFree, takePort } from "../local/testing/ports.ts";
import { serve } from "./serve.ts";
import { SERVICE_PORTS, type ServiceName, STATE_PORT } from "./service-names.ts";

describe("what stands in for a part of the cluster", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("forwards connections to the targets that it is told, and ends with its signal", async () => {
    const { host, put, end } = await start("forwarder");
    await using greeter = await startGreeter(host.replace(/\d+$/, "11"));
    expect(await put({ targets: [{ host: greeter.host, port: greeter.port }] })).toMatchObject({ status: 200 });
    expect(await firstLine(`${host}:${SERVICE_PORTS.forwarder}`)).toBe("hello");
    await end();
    expect(await isFree(host, SERVICE_PORTS.forwarder)).toBe(true);
    expect(await isFree(host, STATE_PORT)).toBe(true);
  });

  it("refuses a state that is none, and keeps what it had", async () => {
    const { put, end } = await start("forwarder");
    expect(await put({ targets: 3 })).toMatchObject({ status: 400, body: expect.stringContaining("Expected Array") });
    expect(await put("no JSON")).toMatchObject({ status: 400 });
    await end();
  });

  it("lists the endpoints that it is told as EndpointSlices", async () => {
    const { host, put, end } = await start("kube-api");
    const service = { name: "backend", namespace: "lab-watch", ports: [{ name: "grpc", port: 50_051 }] };
    const endpoint = { address: "172.20.0.11", ready: true, serving: true, terminating: false };
    expect(await put({ service, endpoints: [endpoint] })).toMatchObject({ status: 200 });
    const slices = `http://${host}:${SERVICE_PORTS["kube-api"]}/apis/discovery.k8s.io/v1/namespaces/lab-watch/endpointslices`;
    expect(await (await fetch(slices)).text()).toContain("172.20.0.11");
    expect(await put({ service, endpoints: [endpoint, endpoint] })).toMatchObject({ status: 400 });
    await end();
  });

  it("tells on stdout what clients reject of its model", async () => {
    const { host, put, lines, end } = await start("control-plane");
    const backend = { name: "backend", namespace: "lab", port: 50_051, clusterIp: "127.0.0.5", endpoints: [] };
    expect(await put({ services: [backend] })).toMatchObject({ status: 200 });
    expect(await put({ services: [backend, backend] })).toMatchObject({ status: 400 });
    const node = "sidecar~172.20.0.7~client.lab~lab.svc.cluster.local";
    using _client = nackingClient(`${host}:${SERVICE_PORTS["control-plane"]}`, node, "no");
    const problem = {
      problem: `${node} rejected the control plane's CDS (NACK) and keeps its previous one: no`,
      refusal: { by: "Envoy (NACK)", reason: "no" },
    };
    await vi.waitFor(() => expect(lines()).toContainEqual(problem), { timeout: 60_000 });
    await end();
  });

  it.each([
    ["PORT", "many"],
    ["STATE_PORT", "65536"],
    ["SEED", "-1"],
  ])("refuses %s=%s", async (name, value) => {
    const failure = await serve("forwarder", { [name]: value }, AbortSignal.abort()).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toContain(`${name} is "${value}"; it must be a whole number from 0 to`);
  });

  it.each(["forwarder", "kube-api", "control-plane"] as const)("%s names its port when that is taken", async (name) => {
    await using range = await leaseLoopbackRange();
    await using _holder = await takePort(range.address(2), SERVICE_PORTS[name]);
    const failure = await serve(name, { HOST: range.address(2) }, AbortSignal.abort()).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect(String(failure)).toContain("the port is taken");
  });
});

/** Serves at the usual ports of an address of its own. */
async function start(name: ServiceName) {
  const range = await leaseLoopbackRange();
  const host = range.address(2);
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const lines = () => written.map((line) => JSON.parse(line) as object);
  const ending = new AbortController();
  const served = serve(name, { HOST: host }, ending.signal);
  await vi.waitFor(() => expect(lines()).toHaveLength(2), { timeout: 60_000 });
  const put = async (state: object | string) => {
    const body = typeof state === "string" ? state : JSON.stringify(state);
    const response = await fetch(`http://${host}:${STATE_PORT}/state`, { method: "PUT", body });
    return { status: response.status, body: await response.text() };
  };
  const end = async () => {
    ending.abort();
    await served;
    await range[Symbol.asyncDispose]();
  };
  return { host, put, lines, end };
}

async function startGreeter(host: string) {
  const server = createServer((socket) => socket.end("hello\n")).listen(50_051, host);
  await once(server, "listening");
  return { host, port: 50_051, [Symbol.asyncDispose]: async () => void server.close() };
}
