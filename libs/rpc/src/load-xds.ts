type Xds = typeof import("@grpc/grpc-js-xds");

let loading: Promise<Xds> | undefined;

/**
 * Loads grpc-js-xds and registers it with grpc-js, once per process: every `register()` adds its admin service (CSDS) once more, and a server
 * refuses a service that it has.
 */
export function loadXds(): Promise<Xds> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Xds> {
  const xds = await import("@grpc/grpc-js-xds");
  const { followTlsChanges } = await import("./follow-tls-changes.ts");
  xds.register();
  followTlsChanges();
  return xds;
}
