import Dockerode from "dockerode";
import { expect, it } from "vitest";
import { engineAddress } from "./engine-address.ts";

it.each([
  [{ socketPath: "/run/user/1000/docker.sock" }, "unix:///run/user/1000/docker.sock"],
  [{ protocol: "http", host: "10.0.0.7", port: 2375 }, "tcp://10.0.0.7:2375"],
  [{ protocol: "https", host: "build.example", port: "2376" }, "tcp://build.example:2376"],
  [{ protocol: "ssh", username: "ada", host: "build.example", port: "" }, "ssh://ada@build.example"],
] as const)("of a dockerode made with %o is one for DOCKER_HOST", (options, address) => {
  expect(engineAddress(new Dockerode(options))).toBe(address);
});

it("may go when dockerode tells its address itself", () => {
  expect(Object.keys(new Dockerode())).toEqual(["modem"]);
});
