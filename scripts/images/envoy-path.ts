import { findEnvoy } from "@grpc-lb-lab/envoy";

/** Prints the path of the Envoy that the local stage would use; fetches it where there is none. */
const { path } = await findEnvoy(process.env, { onProgress: (message) => console.error(message) });
console.log(path);
