import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import protobuf from "protobufjs";
import descriptor from "protobufjs/google/protobuf/descriptor.json" with { type: "json" };

/** Every file that declares a message the control plane sends or receives; their imports follow. */
const FILES = [
  "envoy/service/discovery/v3/discovery.proto",
  "envoy/config/listener/v3/listener.proto",
  "envoy/config/route/v3/route.proto",
  "envoy/config/cluster/v3/cluster.proto",
  "envoy/config/endpoint/v3/endpoint.proto",
  "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto",
  "envoy/extensions/filters/http/router/v3/router.proto",
  "envoy/extensions/filters/http/fault/v3/fault.proto",
  "envoy/extensions/filters/http/cors/v3/cors.proto",
  "envoy/extensions/filters/http/grpc_stats/v3/config.proto",
  "envoy/extensions/filters/http/rbac/v3/rbac.proto",
  "envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto",
  "envoy/extensions/request_id/uuid/v3/uuid.proto",
  "envoy/extensions/retry/host/previous_hosts/v3/previous_hosts.proto",
  "envoy/extensions/transport_sockets/tls/v3/tls.proto",
  "envoy/extensions/upstreams/http/v3/http_protocol_options.proto",
  // By which Istio's documents write filters in EnvoyFilters.
  "udpa/type/v1/typed_struct.proto",
];
/** The Envoy API as grpc-js-xds ships it for itself: what it understands is what these declare. */
const FOLDERS = ["envoy-api", "xds", "googleapis", "protoc-gen-validate"];

let loaded: protobuf.Root | undefined;

/** Envoy's protobuf types, field names as declared (snake_case). Loaded once per process, on first use (about 0.1 s). */
export function envoyProtos(): protobuf.Root {
  loaded ??= load();
  return loaded;
}

function load(): protobuf.Root {
  protobuf.common("descriptor", descriptor.nested.google.nested.protobuf.nested);
  const deps = join(dirname(createRequire(import.meta.url).resolve("@grpc/grpc-js-xds/package.json")), "deps");
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    FOLDERS.map((folder) => join(deps, folder, target)).find((path) => existsSync(path)) ?? target;
  root.loadSync(FILES, { keepCase: true });
  root.resolveAll();
  return root;
}
