import { guardTestcontainers } from "@grpc-lb-lab/stage/guard-testcontainers";
import { GenericContainer, getContainerRuntimeClient, PullPolicy } from "testcontainers";
import { afterAll, beforeAll, describe, it } from "vitest";
import { GrpcWait } from "./grpc-wait.ts";
import { HealthClient } from "./health-client.ts";
import { BACKEND } from "./testing/backend.ts";

const PORT = 50_051;
const RUN_LABEL = "grpc-lb-lab.wait-strategy-test";

/** A backend of the lab's as its image is shipped. */
function backend(environment: Record<string, string> = {}): GenericContainer {
  return new GenericContainer(BACKEND)
    .withPullPolicy(PullPolicy.neverPull())
    .withEnvironment(environment)
    .withExposedPorts(PORT)
    .withWaitStrategy(GrpcWait.forHealth(PORT));
}

let guard: AsyncDisposable;
beforeAll(async () => {
  guard = await guardTestcontainers();
});
afterAll(() => guard[Symbol.asyncDispose]());

describe.concurrent("a container of the backend", () => {
  it("is ready when its server serves, and when a service of it does", async ({ expect }) => {
    await using container = await backend().start();
    const strategy = GrpcWait.forHealth(PORT, { service: "greeter.v1.GreeterService" });
    await using named = await backend().withWaitStrategy(strategy).start();
    expect(named.getMappedPort(PORT)).not.toBe(container.getMappedPort(PORT));
  });

  it("is waited for again when it restarts", async ({ expect }) => {
    await using container = await backend().start();
    await container.restart();
    using client = new HealthClient(`${container.getHost()}:${container.getMappedPort(PORT)}`, 100, {});
    expect(await client.check(5_000)).toBe("SERVING");
  });

  it("without the asked service is not ready in time, which names service, port and last answer, and is removed", async ({
    expect,
  }) => {
    const starting = backend()
      .withLabels({ [RUN_LABEL]: `${process.pid}` })
      .withWaitStrategy(GrpcWait.forHealth(PORT, { service: "no.such.Service" }))
      .withStartupTimeout(30_000) // Longer than a container takes to answer on a busy machine.
      .start();
    await expect(starting).rejects.toThrow(
      /gRPC health of service "no.such.Service" on port 50051: it was not SERVING within 30000 ms; the last answer was NOT_FOUND: /,
    );
    const { container } = await getContainerRuntimeClient();
    const filters = { label: [`${RUN_LABEL}=${process.pid}`] };
    expect(await container.dockerode.listContainers({ all: true, filters })).toEqual([]);
  });

  it("that ends is not waited for, and its last words are told", async ({ expect }) => {
    const starting = backend({ LOG_LEVEL: "loud" }).start();
    await expect(starting).rejects.toThrow(/ended with exit code 2, and its last words were: backend: .*LOG_LEVEL/);
  });

  it("whose port is not exposed is told to expose it", async ({ expect }) => {
    const starting = backend().withWaitStrategy(GrpcWait.forHealth(50_052)).start();
    await expect(starting).rejects.toThrow("the container does not expose that port; call withExposedPorts(50052)");
  });
});
