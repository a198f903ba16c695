export * from "./gen/echo/echo_pb.ts";
export * from "./gen/greeter/v1/greeter_pb.ts";
export * from "./service-client.ts";
export * from "./service-definition.ts";
export * from "./service-handlers.ts";
