import { afterAll, expect, it, vi } from "vitest";
import { assertGatewayApi } from "./gateway-api.ts";
import { type Answers, fakeApiServer } from "./testing/fake-api-server.ts";

afterAll(() => vi.unstubAllEnvs());

const withKinds = (...kinds: string[]): Answers => ({
  "/apis/gateway.networking.k8s.io/v1": { resources: kinds.map((kind) => ({ kind })) },
});

it.each<[string, Answers, string]>([
  ["none of it", {}, "there is no Gateway API in the cluster of context fake: run make gateway-api CONTEXT=fake"],
  [
    "one from before GRPCRoute",
    withKinds("Gateway", "HTTPRoute"),
    "the Gateway API in the cluster of context fake has no GRPCRoute of version v1: whoever installed it must install 1.1 or newer, standard channel",
  ],
])("tells what a cluster lacks that has %s", async (_, answers, message) => {
  await using api = await fakeApiServer(answers);
  await expect(assertGatewayApi(api.client)).rejects.toMatchObject({ name: "InputError", message });
});

it("takes one with GRPCRoute", async () => {
  await using api = await fakeApiServer(withKinds("Gateway", "GRPCRoute"));
  await assertGatewayApi(api.client);
});
