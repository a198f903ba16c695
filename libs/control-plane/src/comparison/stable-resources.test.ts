import { expect, test } from "vitest";
import { stableResources } from "./stable-resources.ts";

const NAMES = new Map([
  ["10.0.0.1", "<pod a>"],
  ["10.0.0.2", "<pod a>"],
  ["10.0.0.3", "<pod b>"],
  ["10.96.0.1", "<service>"],
]);

const lbEndpoint = (address: string, weight = 1) => ({
  endpoint: { address: { socketAddress: { address, portValue: 80 } } },
  loadBalancingWeight: weight,
});
const locality = (zone: string, addresses: readonly string[], loadBalancingWeight: number) => ({
  locality: { region: "r", zone },
  lbEndpoints: addresses.map((address) => lbEndpoint(address)),
  loadBalancingWeight,
});
const stable = (...endpoints: object[]) =>
  stableResources({ EDS: { c: { clusterName: "c", endpoints: endpoints as never } } }, NAMES).EDS?.c?.endpoints;

test("addresses get their names, with and without a port; what only begins alike stays", () => {
  const domains = ["10.96.0.1", "10.96.0.1:80", "10.96.0.11", "10.96.0.1.nip.io"];
  expect(stableResources({ RDS: { r: { domains } } }, NAMES)).toEqual({
    RDS: { r: { domains: ["<service>", "<service>:80", "10.96.0.11", "10.96.0.1.nip.io"] } },
  });
});

test("it is the same however many pods of a kind there are, in whatever order and zone", () => {
  const once = stable(locality("x", ["10.0.0.1", "10.0.0.3"], 2), locality("y", ["10.0.0.2"], 1));
  expect(once).toMatchObject([
    {
      locality: { region: "<region>", zone: "<zone 1>" },
      lbEndpoints: [lbEndpoint("<pod a>"), lbEndpoint("<pod b>")],
      loadBalancingWeight: "<the sum of its endpoints' weights>",
    },
    { locality: { zone: "<zone 2>" }, lbEndpoints: [lbEndpoint("<pod a>")] },
  ]);
  const again = stable(locality("q", ["10.0.0.2"], 1), locality("p", ["10.0.0.3", "10.0.0.2", "10.0.0.1"], 3));
  expect(again).toEqual(once);
});

test("a weight that is not its endpoints' sum stays, and an address that is no pod's is refused", () => {
  expect(stable(locality("x", ["10.0.0.1"], 7))).toMatchObject([{ loadBalancingWeight: 7 }]);
  expect(() => stable(locality("x", ["10.9.9.9"], 1))).toThrow("no pod has the endpoint's address 10.9.9.9");
});
