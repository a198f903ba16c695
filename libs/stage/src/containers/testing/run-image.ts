import { randomUUID } from "node:crypto";
import { ContainerSession } from "../container-session.ts";
import { connectEngine } from "../engine.ts";
import type { LabContainerOptions } from "../lab-container.ts";
import { TAG } from "./under-test.ts";

/** Runs one of the lab's images as its container's first process; disposing the result removes it. */
export async function runImage(image: string, options: Partial<LabContainerOptions> = {}) {
  const session = await ContainerSession.start(await connectEngine(), `lab-test-${randomUUID()}`);
  try {
    const made = { name: image, image: `grpc-lb-lab/${image}:${TAG}`, place: {}, ...options };
    const container = await session.create(made);
    const { stderr } = await container.attach();
    await container.start();
    const dispose = () => session[Symbol.asyncDispose]();
    return { container, stderr, exited: container.exited(), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}
