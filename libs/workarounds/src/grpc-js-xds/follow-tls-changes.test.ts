import serverListener from "@grpc/grpc-js-xds/build/src/server-listener.js";
import { expect, it } from "vitest";
import { followTlsChanges } from "./follow-tls-changes.ts";

type Compare = (a: object, b: object) => boolean;

/** Two listeners that differ in nothing but that the second has a transport socket. */
function listeners(): [plaintext: object, tls: object] {
  const chain = { filters: [], filter_chain_match: null, transport_socket: null };
  const socket = {
    name: "envoy.transport_sockets.tls",
    typed_config: { type_url: "DownstreamTlsContext", value: Buffer.alloc(0) },
  };
  const listenerOf = (transport_socket: object | null) => ({
    name: "inbound",
    address: null,
    default_filter_chain: { ...chain, transport_socket },
    filter_chains: [],
  });
  return [listenerOf(null), listenerOf(socket)];
}

// libs/control-plane, mutual-tls.test.ts shows what comes of it in a server that runs.
it("may go when grpc-js-xds itself tells listeners with and without TLS apart", () => {
  const compare = () => (serverListener as unknown as { listenersEquivalent: Compare }).listenersEquivalent;
  const [plaintext, tls] = listeners();
  expect(compare()(plaintext, tls)).toBe(true);
  expect(() => compare()(tls, plaintext)).toThrow(TypeError);
  followTlsChanges();
  expect([compare()(plaintext, tls), compare()(tls, plaintext), compare()(tls, listeners()[1])]).toEqual([
    false,
    false,
    true,
  ]);
});
