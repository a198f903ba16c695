import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { MOST_CONTAINER_PODS, NetworkAddresses } from "./network-addresses.ts";

it("the addresses of a network are nobody else's, and a pod's is not handed out again soon", () => {
  const addresses = new NetworkAddresses("172.20.0.0/16");
  const taken = Array.from({ length: 2 * MOST_CONTAINER_PODS }, () => addresses.takePod());
  expect(taken[0]).toBe("172.20.0.11");
  const parts = Array.from({ length: 4 }, () => addresses.takePart());
  expect(parts[0]).toBe("172.20.0.2");
  expect(() => addresses.takePart()).toThrow("no more parts");
  const all = [...taken, ...parts, addresses.proxy, addresses.client];
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((address) => Number(address.split(".")[3]) < 192)).toBe(true);
  expect(addresses.dynamicRange).toBe("172.20.0.192/26");
  expect(addresses.takePod()).toBe("172.20.0.11");
});

it.each(["172.20.0.0/25", "fd00::/64", ""])("a network with the addresses %j is refused with the remedy", (subnet) => {
  expect(() => new NetworkAddresses(subnet)).toThrow(InputError);
  expect(() => new NetworkAddresses(subnet)).toThrow("set default-address-pools");
});
