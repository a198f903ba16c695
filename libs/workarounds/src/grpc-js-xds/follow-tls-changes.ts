import { isDeepStrictEqual } from "node:util";
import serverListener from "@grpc/grpc-js-xds/build/src/server-listener.js";

/**
 * Lets a running XdsServer follow its control plane from plaintext to mutual TLS and back, as PeerAuthentication demands. In grpc-js-xds 1.14 the
 * comparison of a listener with the one in force mistakes which of them has a transport socket (`filterChainsEquivalent` in its
 * server-listener.js): the first change ends the process with a TypeError, the second is ignored. This replaces the comparison by one of
 * all fields.
 */
export function followTlsChanges(): void {
  Object.assign(serverListener, { listenersEquivalent: isDeepStrictEqual });
}
