import { InputError } from "@grpc-lb-lab/input-error";
import { afterEach, expect, test, vi } from "vitest";
import { render } from "./render.ts";
import { inRepository } from "./testing/in-repository.ts";

afterEach(() => void vi.unstubAllEnvs());

test.each([
  ["deploy/nothing", /nothing does not exist: name a folder/],
  ["deploy/kind", /kind has no kustomization\.yaml/],
])("%s is refused with the reason", async (path, message) => {
  const failure = await render(inRepository(path)).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(InputError);
  expect(String(failure)).toMatch(message);
});

test("without kubectl and kustomize it says what to install", async () => {
  vi.stubEnv("PATH", "");
  await expect(render(inRepository("deploy/kustomize/base"))).rejects.toThrow(
    "neither kubectl nor kustomize is on the PATH: install one of them to render kustomizations",
  );
});
