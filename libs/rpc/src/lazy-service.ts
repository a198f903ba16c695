import type { MethodDefinition, Server, UntypedHandleCall } from "@grpc/grpc-js";
import type { LoadedService } from "@grpc-lb-lab/workarounds/capture-services";

/** Methods of a service by their names in paths; true where both sides stream. */
export interface LazyMethods {
  readonly [method: string]: Pick<MethodDefinition<unknown, unknown>, "requestStream" | "responseStream">;
}

/**
 * Adds a service whose library is loaded with its first call. Health, reflection and channelz parse `.proto` files when they are
 * imported, which would cost every start 50 ms and 12 MB for what most pods are never asked.
 */
export function addLazyService(server: Server, name: string, methods: LazyMethods, load: () => LoadedService): void {
  const lazy = Object.entries(methods).map(([method, kind]) => ({ method, ...lazyMethod(name, method, kind, load) }));
  server.addService(
    Object.fromEntries(lazy.map(({ method, definition }) => [method, definition])),
    Object.fromEntries(lazy.map(({ method, handler }) => [method, handler])),
  );
}

function lazyMethod(service: string, method: string, kind: LazyMethods[string], load: () => LoadedService) {
  const path = `/${service}/${method}`;
  const loaded = () => {
    const { definition, handlers } = load();
    const found = Object.entries(definition).find(([, candidate]) => candidate.path === path);
    if (found === undefined) throw new Error(`the library of ${service} has no ${method}`);
    const [key, methodDefinition] = found;
    const handler = handlers[key] ?? handlers[methodDefinition.originalName ?? ""];
    if (handler === undefined) throw new Error(`the library of ${service} does not handle ${method}`);
    return { methodDefinition, handler };
  };
  const definition: MethodDefinition<unknown, unknown> = {
    path,
    ...kind,
    requestSerialize: (message) => loaded().methodDefinition.requestSerialize(message),
    requestDeserialize: (bytes) => loaded().methodDefinition.requestDeserialize(bytes),
    responseSerialize: (message) => loaded().methodDefinition.responseSerialize(message),
    responseDeserialize: (bytes) => loaded().methodDefinition.responseDeserialize(bytes),
  };
  // The definition decides which of grpc-js's handler types this is.
  const handler = ((call: never, callback: never) =>
    (loaded().handler as (call: never, callback: never) => void)(call, callback)) as UntypedHandleCall;
  return { definition, handler };
}
