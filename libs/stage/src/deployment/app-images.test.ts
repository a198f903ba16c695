import { APPS } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { appOfImage, imageOfApp } from "./app-images.ts";

it.each(APPS)("%s is known by its image, whatever registry and tag it has", (app) => {
  const name = imageOfApp(app);
  for (const image of [name, `grpc-lb-lab/${name}:dev`, `localhost:5001/lab/${name}`, `r.example/${name}:v1@sha256:00`])
    expect(appOfImage(image)).toBe(app);
});

it("an image of somebody else's is taken for a greeter", () => {
  expect(appOfImage("registry.example/echo/pods:dev")).toBe("greeter");
});
