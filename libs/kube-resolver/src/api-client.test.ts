import { readFileSync } from "node:fs";
import { KubeApi } from "@grpc-lb-lab/kube-api";
import { expect, test } from "vitest";
import { ApiClient } from "./api-client.ts";

const path = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";
const options = { responseTimeoutMs: 10_000, idleTimeoutMs: 10_000 };
const { signal } = new AbortController();
const [ca, key, cert, clientKey, clientCert] = ["ca.crt", "server.key", "server.crt", "client.key", "client.crt"].map(
  (name) => readFileSync(new URL(`testing/${name}`, import.meta.url), "utf8"),
) as [string, string, string, string, string];

test("https with the cluster's CA and a bearer token", async () => {
  const tokens = new Set(["token-1"]);
  await using api = await KubeApi.listen({ tls: { key, cert }, tokens });
  const client = new ApiClient(options);
  const server = new URL(api.url);
  const list = await client.get({ server, credentials: { ca, token: "token-1" } }, path, signal);
  expect(list).toMatchObject({ kind: "EndpointSliceList" });
  await expect(client.get({ server, credentials: { ca, token: "token-0" } }, path, signal)).rejects.toMatchObject({
    statusCode: 401,
    message: "Unauthorized",
  });
  await expect(client.get({ server, credentials: { token: "token-1" } }, path, signal)).rejects.toThrow(
    /self-signed certificate|unable to verify/,
  );
  client.close();
});

test("https with a client certificate", async () => {
  await using api = await KubeApi.listen({ tls: { key, cert, clientCa: ca } });
  const client = new ApiClient(options);
  const server = new URL(api.url);
  const credentials = { ca, cert: clientCert, key: clientKey };
  expect(await client.get({ server, credentials }, path, signal)).toMatchObject({ items: [] });
  await expect(client.get({ server, credentials: { ca } }, path, signal)).rejects.toThrow(/alert|ECONNRESET|hang up/);
  client.close();
});

test("the path of the server's URL goes before that of the request", async () => {
  await using api = await KubeApi.listen();
  const client = new ApiClient(options);
  const address = { server: new URL(`${api.url}/k8s/clusters/one/`), credentials: {} };
  await expect(client.get(address, path, signal)).rejects.toMatchObject({ statusCode: 404 });
  expect(api.requests[0]?.url).toBe(`/k8s/clusters/one${path}`);
  client.close();
});

test("Retry-After is told in milliseconds", async () => {
  await using api = await KubeApi.listen();
  api.faults.failNext(1, 429, 7);
  const client = new ApiClient(options);
  const request = client.get({ server: new URL(api.url), credentials: {} }, path, signal);
  await expect(request).rejects.toMatchObject({ statusCode: 429, retryAfterMs: 7_000 });
  client.close();
});
