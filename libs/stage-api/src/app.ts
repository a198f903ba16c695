/** What pods can run behind any mode: `greeter` is the lab's own (`apps/backend`), `echo` serves Istio's EchoTestService (`apps/echo`). */
export const APPS = ["greeter", "echo"] as const;
/** One of {@link APPS}. */
export type App = (typeof APPS)[number];

/** The methods of the greeter that a load can call, one of each kind of call: unary, server stream, client stream, bidirectional stream. */
export const METHODS = ["SayHello", "SayHelloStream", "SayHelloToMany", "Chat"] as const;
/** One of {@link METHODS}. */
export type Method = (typeof METHODS)[number];

/**
 * The methods by which a load can call an application, in the greeter's names. Echo has one with one request and one answer, and no stream; its other one,
 * `ForwardEcho`, has the pod call somebody else.
 */
export const METHODS_OF: Readonly<Record<App, readonly Method[]>> = {
  greeter: METHODS,
  echo: ["SayHello"],
};
