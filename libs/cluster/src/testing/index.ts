export * from "./fake-api-server.ts";
export * from "./patched-object.ts";
