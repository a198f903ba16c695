import { addAdminServicesToServer } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { expect, it } from "vitest";
import { captureServices } from "./capture-services.ts";

it("gets the services of libraries that add them themselves; may go when these hand them out", () => {
  const health = new HealthImplementation({ "": "SERVING" });
  const services = [
    ...captureServices((server) => health.addToServer(server)),
    ...captureServices(addAdminServicesToServer),
  ];
  const paths = services.flatMap(({ definition }) => Object.values(definition).map(({ path }) => path));
  expect(paths).toEqual(
    expect.arrayContaining(["/grpc.health.v1.Health/Watch", "/grpc.channelz.v1.Channelz/GetServers"]),
  );
});
