import { type EncodedResource, setVersion } from "../codec/encoded-resource.ts";
import type { XdsType } from "../xds-type.ts";

/** What one stream asked for of one type, what it was sent, and what it said to that. */
export class Subscription {
  readonly type: XdsType;
  /** What the client has, by name, as far as it took what it was sent. */
  readonly sent = new Map<string, EncodedResource>();
  #names: ReadonlySet<string> = new Set();
  #wildcard = false;
  /** The last response; undefined before the first. */
  #last: { readonly nonce: string; readonly version: string } | undefined;
  #answered = true;
  #ackedVersion: string | undefined;
  #rejection: string | undefined;

  constructor(type: XdsType) {
    this.type = type;
  }

  /** Whether the client has said ACK or NACK to the last response. */
  get answered(): boolean {
    return this.#answered;
  }

  /** The version of the last response that the client accepted. */
  get ackedVersion(): string | undefined {
    return this.#ackedVersion;
  }

  /** The version of the last response. */
  get sentVersion(): string | undefined {
    return this.#last?.version;
  }

  /** Why the last response was rejected; undefined when it was not. */
  get rejection(): string | undefined {
    return this.#rejection;
  }

  /** The names asked for; "*" for all. */
  get subscribed(): "*" | readonly string[] {
    return this.#wildcard ? "*" : [...this.#names];
  }

  /** Whether `name` was asked for by itself. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether a request speaks of a response that has been overtaken: the client is about to answer the newer one. */
  isStale(nonce: string): boolean {
    return nonce !== "" && this.#last !== undefined && nonce !== this.#last.nonce;
  }

  /** Notes the client's word on the last response; true when it is news. Requests that only change the names repeat it. */
  answer(nonce: string, error: string | undefined): boolean {
    if (this.#answered || nonce === "") return false;
    this.#answered = true;
    this.#rejection = error;
    if (error === undefined) this.#ackedVersion = this.#last?.version;
    return true;
  }

  /**
   * Takes the names of a request, and returns those that are new. A first request without names asks for everything of types
   * that have wildcards (LDS, CDS), as "*" always does: https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#how-the-client-specifies-what-resources-to-return
   */
  subscribe(requested: readonly string[]): readonly string[] {
    const legacyWildcard =
      requested.length === 0 && this.#names.size === 0 && (this.#wildcard || this.#last === undefined);
    const wildcard = requested.includes("*") || (isFullState(this.type) && legacyWildcard);
    const names = new Set(requested.filter((name) => name !== "*"));
    const added = [...names].filter((name) => !this.#names.has(name));
    const becameWildcard = wildcard && !this.#wildcard;
    this.#names = names;
    this.#wildcard = wildcard;
    // A name that comes back later is sent again.
    for (const name of this.sent.keys()) if (!wildcard && !names.has(name)) this.sent.delete(name);
    return becameWildcard ? ["*", ...added] : added;
  }

  /** Notes a response: `resources` is all that the client then has. */
  respond(nonce: string, resources: readonly EncodedResource[]): string {
    const version = setVersion(resources);
    this.#last = { nonce, version };
    this.#answered = false;
    this.#rejection = undefined;
    this.sent.clear();
    for (const resource of resources) this.sent.set(resource.name, resource);
    return version;
  }
}

/**
 * Whether a response carries every resource of its type, so that one that is missing has been removed. Of the other types it carries
 * what changed, and the client lets go of a resource when nothing refers to it any more.
 */
export function isFullState(type: XdsType): boolean {
  return type === "LDS" || type === "CDS";
}
