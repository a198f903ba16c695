import { modeNamed } from "@grpc-lb-lab/modes";
import { expect, it } from "vitest";
import { imagesOf } from "./stage-images.ts";

it("a mode needs the stage's images, and those of its programs", () => {
  expect(imagesOf(modeNamed("plain"), "greeter", "dev")).toEqual(["grpc-lb-lab/backend:dev", "grpc-lb-lab/lab:dev"]);
  expect(imagesOf(modeNamed("plain"), "echo", "dev")).toEqual(["grpc-lb-lab/echo:dev", "grpc-lb-lab/lab:dev"]);
  expect(imagesOf(modeNamed("sidecar"), "greeter", "v2")).toEqual([
    "grpc-lb-lab/backend:v2",
    "grpc-lb-lab/lab:v2",
    "grpc-lb-lab/envoy:v2",
  ]);
});
