/** The service that calls of a load go to (proto/greeter/v1). */
export const GREETER = "greeter.v1.GreeterService";

/** The path of a call, by which proxies see its method: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
export function pathOf(method: "SayHello" | "SayHelloStream"): `/${string}` {
  return `/${GREETER}/${method}`;
}
