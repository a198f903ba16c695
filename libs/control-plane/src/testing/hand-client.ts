import { Client, type ClientDuplexStream, credentials, type StatusObject } from "@grpc/grpc-js";
import { aggregatedDiscoveryService } from "../ads/discovery-service.ts";
import { envoyProtos } from "../codec/envoy-protos.ts";
import { TYPE_URLS, type XdsType, xdsTypeOf } from "../xds-type.ts";

/** A response as a client reads it. */
export interface ReceivedResponse {
  /** The type, or its URL where it has no short name. */
  readonly type: string;
  readonly version: string;
  readonly nonce: string;
  /** Names of the resources that it carries. */
  readonly names: readonly string[];
  /** The same resources decoded, fields by declared name, enums as text. */
  readonly resources: readonly Record<string, unknown>[];
  /** The same resources as they were sent. */
  readonly raw: readonly RawResource[];
}

/** A `DiscoveryRequest`; default: the first of its type, for everything. */
export interface HandRequest {
  readonly names?: readonly string[];
  /** The response that this one answers. */
  readonly to?: ReceivedResponse;
  readonly version?: string;
  /** Makes it a NACK. */
  readonly error?: string;
}

/** `google.protobuf.Any` */
export interface RawResource {
  readonly type_url: string;
  readonly value: Uint8Array;
}

interface RawResponse {
  readonly version_info: string;
  readonly type_url: string;
  readonly nonce: string;
  readonly resources: readonly RawResource[];
}

/** A node of an Envoy beside a pod. */
export const SIDECAR = { id: "sidecar~127.0.0.9~hand.lab~lab.svc.cluster.local" };
const PROXYLESS = { id: "sidecar~127.0.0.9~hand.lab~lab.svc.cluster.local", user_agent_name: "gRPC by hand" };

/** An ADS client that says what a test tells it to, and nothing by itself. */
export class HandClient implements Disposable {
  readonly #client: Client;
  readonly #call: ClientDuplexStream<object, RawResponse>;
  readonly #responses: AsyncIterator<RawResponse>;
  /** How the stream ended. */
  readonly ended: Promise<StatusObject>;
  #node: object | null;
  #barriers = 0;

  /** @param node who the client is; null for one that does not say. */
  constructor(uri: string, node: object | null = PROXYLESS) {
    const { streamAggregatedResources: method } = aggregatedDiscoveryService();
    if (method === undefined) throw new Error("no such method");
    this.#node = node;
    this.#client = new Client(uri, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
    this.#call = this.#client.makeBidiStreamRequest(
      method.path,
      (request: object) => (Buffer.isBuffer(request) ? request : method.requestSerialize(request)),
      (bytes) => method.responseDeserialize(bytes) as RawResponse,
    );
    this.ended = new Promise((resolve) => this.#call.once("status", resolve));
    this.#call.on("error", () => undefined);
    this.#responses = this.#call[Symbol.asyncIterator]();
  }

  /** Sends a request; the first one of the stream carries the node. */
  send(type: XdsType | string, { names = [], to, version, error }: HandRequest = {}): void {
    this.#call.write({
      node: this.#node,
      type_url: type in TYPE_URLS ? TYPE_URLS[type as XdsType] : type,
      resource_names: names,
      response_nonce: to?.nonce ?? "",
      version_info: version ?? (error === undefined ? to?.version : undefined) ?? "",
      error_detail: error === undefined ? undefined : { code: 3, message: error },
    });
    this.#node = null;
  }

  /** Sends bytes that are no request. */
  sendRaw(bytes: Buffer): void {
    this.#call.write(bytes);
  }

  /** The next response. */
  async next(): Promise<ReceivedResponse> {
    const { value, done } = await this.#responses.next();
    if (done) throw new Error("the stream has ended");
    return read(value);
  }

  /** Asks for names, takes the answer and accepts it. */
  async take(type: XdsType, names: readonly string[] = []): Promise<ReceivedResponse> {
    this.send(type, { names });
    return this.accept(names);
  }

  /** Takes the next response and accepts it. */
  async accept(names: readonly string[] = []): Promise<ReceivedResponse> {
    const response = await this.next();
    this.send(response.type, { names, to: response });
    return response;
  }

  /** Everything that the server has sent by the time it has read what was sent to it: a request of a type unknown to it comes back at once. */
  async drain(): Promise<ReceivedResponse[]> {
    this.#barriers += 1;
    const barrier = `type.googleapis.com/barrier.${this.#barriers}`;
    this.send(barrier);
    const responses: ReceivedResponse[] = [];
    for (let response = await this.next(); response.type !== barrier; response = await this.next()) {
      responses.push(response);
    }
    return responses;
  }

  [Symbol.dispose](): void {
    this.#call.cancel();
    this.#client.close();
  }
}

function read({ type_url, version_info, nonce, resources }: RawResponse): ReceivedResponse {
  const decoded = resources.map(decode);
  const names = decoded.map(({ name, cluster_name }) => String(name ?? cluster_name));
  const type = xdsTypeOf(type_url) ?? type_url;
  return { type, version: version_info, nonce, names, resources: decoded, raw: resources };
}

function decode({ type_url, value }: RawResource): Record<string, unknown> {
  const type = envoyProtos().lookupType(type_url.slice(type_url.lastIndexOf("/") + 1));
  return type.toObject(type.decode(value), { enums: String });
}
