import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import protobuf from "protobufjs";

const files = [
  "envoy/service/discovery/v3/discovery.proto",
  "envoy/config/listener/v3/listener.proto",
  "envoy/config/cluster/v3/cluster.proto",
  "envoy/config/endpoint/v3/endpoint.proto",
  "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto",
  "envoy/extensions/filters/http/router/v3/router.proto",
  "envoy/extensions/load_balancing_policies/least_request/v3/least_request.proto",
  "envoy/extensions/load_balancing_policies/round_robin/v3/round_robin.proto",
  "envoy/extensions/load_balancing_policies/wrr_locality/v3/wrr_locality.proto",
  "xds/type/v3/typed_struct.proto",
];
const urlPrefix = "type.googleapis.com/";

/** A message in Protobuf's JSON form, with the names of fields as declared; `@type` makes it a `google.protobuf.Any`. */
export interface Message {
  readonly "@type": string;
  readonly [field: string]: unknown;
}

/** The Envoy API as grpc-js-xds ships it for itself. */
function loadProtos(): protobuf.Root {
  const deps = join(dirname(createRequire(import.meta.url).resolve("@grpc/grpc-js-xds/package.json")), "deps");
  const folders = ["envoy-api", "xds", "googleapis", "protoc-gen-validate"];
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    folders.map((folder) => join(deps, folder, target)).find((path) => existsSync(path)) ?? target;
  return root.loadSync(files, { keepCase: true });
}

/** What grpc-js-xds rejected. */
interface Nack {
  readonly typeUrl: string;
  readonly reason: string;
}

/** An aggregated discovery service that sends each client all resources of a type, whatever it names. */
export class AdsServer implements Disposable {
  readonly nacks: Nack[] = [];
  readonly port: number;
  readonly #server: grpc.Server;

  private constructor(port: number, server: grpc.Server) {
    this.port = port;
    this.#server = server;
  }

  static async start(resources: readonly Message[]): Promise<AdsServer> {
    const root = loadProtos();
    const request = root.lookupType("envoy.service.discovery.v3.DiscoveryRequest");
    const response = root.lookupType("envoy.service.discovery.v3.DiscoveryResponse");
    const anyOf = ({ "@type": name, ...fields }: Message): { type_url: string; value: Uint8Array } => {
      const type = root.lookupType(name);
      return { type_url: urlPrefix + name, value: type.encode(type.fromObject(packed(fields) as object)).finish() };
    };
    const packed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(packed);
      if (typeof value !== "object" || value === null) return value;
      if ("@type" in value) return anyOf(value as Message);
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packed(inner)]));
    };
    const server = new grpc.Server();
    const stream: grpc.MethodDefinition<object, Record<string, unknown>> = {
      path: "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
      requestStream: true,
      responseStream: true,
      requestSerialize: () => Buffer.alloc(0),
      requestDeserialize: (bytes) => request.toObject(request.decode(bytes), { defaults: true }),
      responseSerialize: (message: object) => Buffer.from(response.encode(response.fromObject(message)).finish()),
      responseDeserialize: () => ({}),
    };
    const sent = (typeUrl: string) =>
      resources.filter((resource) => urlPrefix + resource["@type"] === typeUrl).map(anyOf);
    server.addService(
      { stream },
      {
        stream: (call: grpc.ServerDuplexStream<Record<string, unknown>, object>) => {
          call.on("data", ({ type_url, response_nonce, error_detail }) => {
            if (error_detail) ads.nacks.push({ typeUrl: type_url, reason: error_detail.message });
            if (response_nonce === "")
              call.write({ type_url, version_info: "1", nonce: "1", resources: sent(type_url) });
          });
          call.on("end", () => call.end());
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      const insecure = grpc.ServerCredentials.createInsecure();
      server.bindAsync("127.0.0.1:0", insecure, (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    const ads = new AdsServer(port, server);
    return ads;
  }

  /** What a client's bootstrap says of it. */
  get bootstrap(): string {
    return JSON.stringify({
      xds_servers: [
        {
          server_uri: `127.0.0.1:${this.port}`,
          channel_creds: [{ type: "insecure" }],
          server_features: ["xds_v3"],
        },
      ],
      node: { id: "test", locality: {} },
    });
  }

  [Symbol.dispose](): void {
    this.#server.forceShutdown();
  }
}
