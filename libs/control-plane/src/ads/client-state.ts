import type { MeshProxy } from "../model/proxy.ts";
import type { XdsType } from "../xds-type.ts";

/** A response that a client rejected. The client keeps what it had. */
export interface Nack {
  readonly nodeId: string;
  /** Whether gRPC itself rejected it, or an Envoy. */
  readonly kind: MeshProxy["kind"];
  readonly type: XdsType;
  /** The version that was rejected. */
  readonly version: string;
  /** The client's own words: `DiscoveryRequest.error_detail`. */
  readonly reason: string;
}

/** Who rejected something, in words: `Envoy (NACK)`. */
export function nackedBy({ kind }: Pick<Nack, "kind">): string {
  return kind === "proxyless" ? "the client (NACK)" : "Envoy (NACK)";
}

/** A connected client, as the control plane sees it. */
export interface ClientState {
  readonly proxy: MeshProxy;
  /** By type, for the types that the client has asked for. */
  readonly types: Readonly<Partial<Record<XdsType, TypeState>>>;
  /** Whether the client has been sent everything that concerns it, and has said ACK or NACK to it. */
  readonly settled: boolean;
}

/** What a client asked for of one type, was sent, and said to it. */
export interface TypeState {
  /** The names asked for; "*" for all. */
  readonly subscribed: "*" | readonly string[];
  /** Of the last response; undefined before the first. */
  readonly sentVersion: string | undefined;
  /** What the client uses; undefined before its first ACK on this stream. */
  readonly ackedVersion: string | undefined;
  /** Why `sentVersion` was rejected; undefined when it was not. */
  readonly rejection: string | undefined;
}
