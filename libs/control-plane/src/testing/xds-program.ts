// A program of its own, as grpc-js-xds keeps one xDS client per process: a greeter client of the target in argv[2], or a
// greeter server at the address in argv[3].

import { credentials, ServerCredentials, type ServerUnaryCall } from "@grpc/grpc-js";
import { register, XdsChannelCredentials, XdsServer, XdsServerCredentials } from "@grpc/grpc-js-xds";
import { GreeterService, serviceDefinition } from "@grpc-lb-lab/proto";
import { type CallOptions, GreeterCaller } from "./greeter-caller.ts";

register();
// The test has ended, however it did.
process.once("disconnect", () => process.exit());
const [, , target = "", address] = process.argv;
if (address === undefined) callWhenAsked();
else serve(address);

function callWhenAsked(): void {
  const newCaller = () => new GreeterCaller(target, new XdsChannelCredentials(credentials.createInsecure()));
  const lasting = newCaller();
  process.on("message", async ({ count, options }: { count: number; options: CallOptions }) => {
    using own = options.newConnection ? newCaller() : undefined;
    process.send?.(await (own ?? lasting).call(count, options));
  });
}

function serve(address: string): void {
  const server = new XdsServer();
  const sayHello = (call: ServerUnaryCall<unknown, unknown>, callback: (error: null, response: object) => void) =>
    callback(null, { servedBy: { pod: `xds-server${peerOf(call)}` } });
  server.addService(serviceDefinition(GreeterService), { sayHello });
  server.bindAsync(address, new XdsServerCredentials(ServerCredentials.createInsecure()), (error, port) =>
    process.send?.(error?.message ?? port),
  );
}

/** Who calls, by certificate; nothing in plaintext. */
function peerOf(call: ServerUnaryCall<unknown, unknown>): string {
  const { sslPeerCertificate: certificate } = call.getAuthContext();
  return certificate === undefined ? "" : ` called by ${certificate.subjectaltname} (${certificate.serialNumber})`;
}
