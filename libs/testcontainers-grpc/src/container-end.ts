import type { ContainerRuntimeClient, WaitStrategy } from "testcontainers";

/** dockerode's container, as wait strategies get it. */
export type Container = Parameters<WaitStrategy["waitUntilReady"]>[0];

/** How much of the log tells why. */
const LAST_LINES = 20;

/** How a container has ended, with its last words; undefined while it runs, or is being restarted. */
export async function containerEnd(
  container: Container,
  logsOf: ContainerRuntimeClient["container"]["logs"],
): Promise<string | undefined> {
  const { State } = await container.inspect();
  if (State.Status !== "exited" && State.Status !== "dead") return undefined;
  const log = await logsOf(container, { tail: LAST_LINES });
  const words = (await log.toArray()).join("").trim();
  return `the container ended with exit code ${State.ExitCode}, and its last words were: ${words || "none"}`;
}
