import { expect, test } from "vitest";
import { adminBlock, socketAddress } from "./bootstrap.ts";

test("an address and an admin block are protobuf's JSON form of Envoy's messages", () => {
  expect(socketAddress("127.0.0.1", 15001)).toEqual({ socketAddress: { address: "127.0.0.1", portValue: 15001 } });
  expect(socketAddress("::", 50051).socketAddress).toEqual({ address: "::", portValue: 50051, ipv4Compat: true });
  expect(adminBlock("127.0.0.1", 15000)).toEqual({ address: socketAddress("127.0.0.1", 15000) });
});
