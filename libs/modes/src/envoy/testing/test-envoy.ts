import { ENVOY, type EnvoyBootstrap, startEnvoy } from "@grpc-lb-lab/envoy";

/** Starts the Envoy of this machine with a configuration; `ask` gets a path of its admin interface. */
export async function startTestEnvoy(config: EnvoyBootstrap) {
  const envoy = await startEnvoy({ name: "envoy", binary: await ENVOY.find({ env: process.env }), config });
  return {
    ask: async (path: string) => (await fetch(`http://${envoy.adminAddress}${path}`)).text(),
    [Symbol.asyncDispose]: () => envoy[Symbol.asyncDispose](),
  };
}
