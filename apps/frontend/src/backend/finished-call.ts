/** The four kinds of gRPC calls. */
export const CALL_KINDS = ["unary", "server-stream", "client-stream", "chat"] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** By which way a call came to the frontend; `traffic` is its own, which the page starts. */
export type CallVia = "rest" | "connect" | "grpc-web" | "grpc" | "traffic";

/** A call to the backend that has ended, for whoever counts. */
export interface FinishedCall {
  readonly kind: CallKind;
  readonly via: CallVia;
  /** gRPC status code; 0 is OK. */
  readonly code: number;
  /** From the call's start to its end, in ms. */
  readonly latencyMs: number;
  /** Who answered; undefined when nobody did. */
  readonly pod: string | undefined;
  readonly zone: string | undefined;
  readonly version: string | undefined;
}
