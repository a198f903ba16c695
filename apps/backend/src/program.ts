/** All that the backend's main program is made of, in one import. */
export { createLogger, isInputError, logGrpc } from "@grpc-lb-lab/rpc";
export { loadConfig } from "./config.ts";
export { buildBackend } from "./server.ts";
