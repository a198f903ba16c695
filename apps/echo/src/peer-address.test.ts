import { expect, test } from "vitest";
import { peerAddress, plainAddress } from "./peer-address.ts";

test.each([
  ["10.0.0.1:1234", "10.0.0.1"],
  ["::ffff:10.0.0.1:1234", "10.0.0.1"],
  ["::1:1234", "::1"],
  ["unknown", "unknown"],
])("the peer %s is at %s", (peer, address) => {
  expect(peerAddress(peer)).toBe(address);
});

test.each([
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["::1", "::1"],
  ["fe80::12:34", "fe80::12:34"],
])("%s is %s", (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});
