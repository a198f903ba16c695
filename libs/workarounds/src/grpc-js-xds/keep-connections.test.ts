import { createRequire } from "node:module";
import { experimental } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { keepConnections } from "./keep-connections.ts";

// Not one of grpc-js's exports: what its subchannel pool compares.
const { channelOptionsEqual } = createRequire(import.meta.url)("@grpc/grpc-js/build/src/channel-options.js");
const KEY = experimental.CHANNEL_ARGS_CONFIG_SELECTOR_KEY;

type ResolverClass = Parameters<typeof experimental.registerResolver>[1];
type Listener = ConstructorParameters<ResolverClass>[1];

/** Stands for the resolver of grpc-js-xds: each update comes with a config selector of its own. */
class SelectingResolver {
  static getDefaultAuthority = () => "authority";
  readonly #listener: Listener;

  constructor(_target: unknown, listener: Listener) {
    this.#listener = listener;
  }

  updateResolution(): void {
    this.#listener(experimental.statusOrFromValue([]), { [KEY]: () => undefined }, null, "");
  }

  destroy(): void {}
}

/** What the resolver of `xds:` hands on with two updates. */
function attributesOfTwoUpdates(): Parameters<Listener>[1][] {
  const attributes: Parameters<Listener>[1][] = [];
  const listener: Listener = (_endpoints, given) => attributes.push(given) > 0;
  const resolver = experimental.createResolver({ scheme: "xds", path: "backend:1" }, listener, {});
  resolver.updateResolution();
  resolver.updateResolution();
  return attributes;
}

// apps/lab, xds-connections.test.ts counts the connections of a client.
it("may go when grpc-js takes subchannels for the same that differ in their config selector alone", () => {
  experimental.registerResolver("xds", SelectingResolver as unknown as ResolverClass);
  const [before, after] = attributesOfTwoUpdates();
  expect(channelOptionsEqual(before, after)).toBe(false);
  keepConnections();
  const [kept, keptAfter] = attributesOfTwoUpdates();
  expect(channelOptionsEqual(kept, keptAfter)).toBe(true);
  expect(kept?.[KEY]).toBeTypeOf("function");
});
