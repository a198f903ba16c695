import type { Server, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";

/** A service as its library adds it to a server. */
export interface LoadedService {
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

/**
 * The services that `add` adds to the server which it is given. Libraries of services (grpc-health-check, @grpc/reflection, grpc-js's admin
 * services) offer nothing but a function that adds them to a server; this gives them one that has `addService` alone, so that a service
 * can be loaded with its first call, and its handlers wrapped. A library that called anything else would throw.
 */
export function captureServices(add: (server: Server) => void): readonly LoadedService[] {
  const captured: LoadedService[] = [];
  const recorder: Pick<Server, "addService"> = {
    addService: (definition, handlers) => captured.push({ definition, handlers }),
  };
  add(recorder as Server);
  return captured;
}
