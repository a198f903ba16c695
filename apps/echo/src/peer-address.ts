/** An IPv4 address that came through an IPv6 socket (`::ffff:10.0.0.1`) as itself again; other addresses as they are. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** The address of a gRPC call's peer, which grpc-js gives as `address:port`, without brackets. */
export function peerAddress(peer: string): string {
  return plainAddress(peer.replace(/:\d+$/, ""));
}
