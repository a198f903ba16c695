type Xds = typeof import("@grpc/grpc-js-xds");

let loading: Promise<Xds> | undefined;

/** Loads grpc-js-xds, registers it with grpc-js, lets its servers follow changes of TLS, and takes no certificate whose key is another's; once per process. */
export function loadXds(): Promise<Xds> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Xds> {
  const xds = await import("@grpc/grpc-js-xds");
  const { followTlsChanges } = await import("@grpc-lb-lab/workarounds/follow-tls-changes");
  const { takeMatchingCertificates } = await import("@grpc-lb-lab/workarounds/take-matching-certificates");
  xds.register();
  followTlsChanges();
  takeMatchingCertificates();
  return xds;
}
