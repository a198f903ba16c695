/** All that the echo application's main program is made of, in one import. */
export { createLogger, isInputError, logGrpc } from "@grpc-lb-lab/rpc";
export { loadConfig } from "./config.ts";
export { buildEcho } from "./server.ts";
