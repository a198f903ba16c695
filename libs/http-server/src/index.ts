export * from "./every-address.ts";
export * from "./host-and-port.ts";
export * from "./http-server.ts";
export * from "./parse-json.ts";
export type * from "./route.ts";
