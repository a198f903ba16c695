export { createLogger, logGrpc } from "@grpc-lb-lab/rpc";
export { loadConfig } from "./config.ts";
export { buildFrontend as build } from "./server.ts";
