import { readFileSync } from "node:fs";
import type { Env } from "./settings.ts";

/** The part of a bootstrap (gRFC A27) that says where the control plane is; gRPC uses the first. */
interface Bootstrap {
  readonly xds_servers?: readonly { readonly server_uri?: string }[];
}

/** The control plane's target, as the bootstrap of `GRPC_XDS_BOOTSTRAP` (else `GRPC_XDS_BOOTSTRAP_CONFIG`) names it; undefined where that cannot be read. */
export function xdsServerUri({ GRPC_XDS_BOOTSTRAP: path, GRPC_XDS_BOOTSTRAP_CONFIG: text = "" }: Env) {
  try {
    const bootstrap = JSON.parse(path ? readFileSync(path, "utf8") : text) as Bootstrap;
    return bootstrap.xds_servers?.[0]?.server_uri;
  } catch {
    return undefined; // grpc-js-xds itself says what is wrong with it.
  }
}
