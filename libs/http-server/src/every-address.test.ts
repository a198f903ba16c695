import { expect, it } from "vitest";
import { everyAddress, type Interfaces } from "./every-address.ts";

const v4 = { address: "10.0.0.7", family: "IPv4" };
const v6 = { address: "::1", family: "IPv6" };

it.each<[string, string, object]>([
  ["of both families", "::", { lo: [v4, v6], eth0: [v4] }],
  ["of IPv6 alone", "::", { lo: [v6] }],
  ["of IPv4 alone", "0.0.0.0", { lo: [v4], eth0: undefined }],
])("on a machine %s it is %s", (_, address, interfaces) => {
  expect(everyAddress(interfaces as Interfaces)).toBe(address);
});
