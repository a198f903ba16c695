import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Endpoint, EndpointRegistry } from "./endpoint-registry.ts";

const LAG_MS = 1_000;

describe("an endpoint registry", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("publishes what comes at once", () => {
    using registry = new EndpointRegistry(LAG_MS);
    registry.set(endpoint("a"));
    expect(registry.endpoints).toEqual([endpoint("a")]);
  });

  it("publishes what goes after the lag", () => {
    using registry = registryWith("a");
    registry.remove("a");
    vi.advanceTimersByTime(LAG_MS - 1);
    expect(registry.endpoints).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(registry.endpoints).toEqual([]);
  });

  it("publishes a pod's termination and its end each after a lag of its own", () => {
    using registry = registryWith("a");
    registry.set(terminating("a"));
    vi.advanceTimersByTime(400);
    registry.remove("a");
    vi.advanceTimersByTime(600);
    expect(registry.endpoints).toEqual([terminating("a")]);
    vi.advanceTimersByTime(400);
    expect(registry.endpoints).toEqual([]);
  });

  it("forgets a going that readiness has overtaken", () => {
    using registry = registryWith("a");
    registry.set({ ...endpoint("a"), ready: false, serving: false });
    vi.advanceTimersByTime(LAG_MS / 2);
    registry.set(endpoint("a"));
    vi.advanceTimersByTime(LAG_MS);
    expect(registry.endpoints).toEqual([endpoint("a")]);
  });

  it("forgets nothing of other pods", () => {
    using registry = registryWith("a", "b");
    registry.remove("b");
    registry.set(endpoint("a"));
    vi.advanceTimersByTime(LAG_MS);
    expect(registry.endpoints).toEqual([endpoint("a")]);
  });

  it("tells its followers at once and at every published change, until they stop", () => {
    using registry = registryWith("a");
    const told: string[] = [];
    const unfollow = registry.follow((endpoints) => told.push(endpoints.map(({ pod }) => pod).join("")));
    registry.set(endpoint("b"));
    registry.remove("a");
    vi.advanceTimersByTime(LAG_MS);
    unfollow();
    registry.set(endpoint("c"));
    expect(told).toEqual(["a", "ab", "b"]);
  });

  it("publishes nothing more once disposed", () => {
    const registry = registryWith("a");
    registry.remove("a");
    registry[Symbol.dispose]();
    vi.advanceTimersByTime(LAG_MS);
    expect(registry.endpoints).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

function registryWith(...pods: string[]): EndpointRegistry {
  const registry = new EndpointRegistry(LAG_MS);
  for (const pod of pods) registry.set(endpoint(pod));
  return registry;
}

function endpoint(pod: string): Endpoint {
  const place = { address: `127.1.1.${pod.charCodeAt(0)}`, zone: "lab-a", node: "lab-a-node", version: "v1" };
  return { pod, ...place, ready: true, serving: true, terminating: false };
}

function terminating(pod: string): Endpoint {
  return { ...endpoint(pod), ready: false, terminating: true };
}
