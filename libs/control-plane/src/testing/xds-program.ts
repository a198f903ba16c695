// A program of its own, as grpc-js-xds keeps one xDS client per process: a greeter client of the target in argv[2], or a
// greeter server at the address in argv[3].

import { ServerCredentials } from "@grpc/grpc-js";
import { register, XdsServer } from "@grpc/grpc-js-xds";
import { GreeterService, serviceDefinition } from "@grpc-lb-lab/proto";
import { type CallOptions, GreeterCaller } from "./greeter-caller.ts";

register();
// The test has ended, however it did.
process.once("disconnect", () => process.exit());
const [, , target = "", address] = process.argv;
if (address === undefined) callWhenAsked();
else serve(address);

function callWhenAsked(): void {
  const caller = new GreeterCaller(target);
  process.on("message", async ({ count, options }: { count: number; options: CallOptions }) => {
    process.send?.(await caller.call(count, options));
  });
}

function serve(address: string): void {
  const server = new XdsServer();
  const sayHello = (_call: unknown, callback: (error: null, response: object) => void) =>
    callback(null, { servedBy: { pod: "xds-server" } });
  server.addService(serviceDefinition(GreeterService), { sayHello });
  server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
    process.send?.(error?.message ?? port),
  );
}
