import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { loadXds } from "./load-xds.ts";

/** Makes `xds:` targets known to grpc-js, and gives the credentials that go with them: those of the control plane, plaintext without. */
export async function registerXdsScheme(): Promise<ChannelCredentials> {
  const xds = await loadXds();
  const { keepConnections } = await import("@grpc-lb-lab/workarounds/keep-connections");
  keepConnections();
  return new xds.XdsChannelCredentials(credentials.createInsecure());
}
