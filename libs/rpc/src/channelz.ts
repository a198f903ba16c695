import { addAdminServicesToServer, type Server } from "@grpc/grpc-js";
import { captureServices, type LoadedService } from "@grpc-lb-lab/workarounds/capture-services";
import { addLazyService } from "./lazy-service.ts";

const SERVICE = "grpc.channelz.v1.Channelz";
const METHODS = [
  "GetTopChannels",
  "GetServers",
  "GetServer",
  "GetServerSockets",
  "GetChannel",
  "GetSubchannel",
  "GetSocket",
] as const;

/** Adds channelz (gRFC A14), grpc-js's own admin service, loaded with its first call. */
export function addChannelz(server: Server): void {
  const single = { requestStream: false, responseStream: false };
  addLazyService(server, SERVICE, Object.fromEntries(METHODS.map((method) => [method, single])), loadChannelz);
}

let loaded: LoadedService | undefined;

/** grpc-js's channelz, for reflection too. */
export function loadChannelz(): LoadedService {
  loaded ??= captureServices(addAdminServicesToServer).find(({ definition }) =>
    Object.values(definition).some(({ path }) => path.startsWith(`/${SERVICE}/`)),
  );
  if (loaded === undefined) throw new Error("grpc-js has no channelz among its admin services");
  return loaded;
}
