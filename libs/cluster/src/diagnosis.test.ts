import { afterAll, expect, it, vi } from "vitest";
import { gatewaysOf } from "./diagnosis.ts";
import { type Answers, fakeApiServer } from "./testing/fake-api-server.ts";

afterAll(() => vi.unstubAllEnvs());

const GATEWAYS = "/apis/gateway.networking.k8s.io/v1/namespaces/lab-x/gateways";
const GATEWAY = { metadata: { name: "edge" } };

it.each<[string, Answers, readonly object[]]>([
  ["are those that there are", { [GATEWAYS]: { items: [GATEWAY] } }, [GATEWAY]],
  ["are none in a cluster that does not know them", {}, []],
  ["are none for whoever may not see them", { [GATEWAYS]: 403 }, []],
])("Gateways %s", async (_, answers, gateways) => {
  await using api = await fakeApiServer(answers);
  expect(await gatewaysOf(api.client, "lab-x")).toEqual(gateways);
});

it.each([401, 429, 500])("the answer %i is not taken for no Gateways", async (status) => {
  await using api = await fakeApiServer({ [GATEWAYS]: status });
  await expect(gatewaysOf(api.client, "lab-x")).rejects.toThrow(/answered \d+|does not accept/);
});
