import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { AddressNews } from "./address-news.ts";
import { type Endpoint, EndpointRegistry } from "./endpoint-registry.ts";
import { ProblemLog } from "./problem-log.ts";

function endpoint(pod: string, ready = true): Endpoint {
  const [address, zone, node] = [`10.0.0.${pod.slice(-1)}`, "lab-a", "node-a"];
  return { pod, address, zone, node, version: "v1", ready, serving: true, terminating: !ready };
}

function surroundings() {
  const registry = new EndpointRegistry(0);
  return { registry, problems: new ProblemLog(), signal: new AbortController().signal };
}

it("tells the ready pods of now and of every change, and what is overtaken meanwhile is left out", async () => {
  const options = surroundings();
  const told: string[] = [];
  const first = Promise.withResolvers<void>();
  options.registry.set(endpoint("backend-2"));
  const starting = AddressNews.start(options, async (addresses) => {
    told.push(addresses.join());
    await first.promise;
  });
  options.registry.set(endpoint("backend-1"));
  options.registry.set(endpoint("backend-3"));
  expect(told).toEqual(["10.0.0.2"]);
  first.resolve();
  await using _news = await starting;
  expect(told).toEqual(["10.0.0.2", "10.0.0.1,10.0.0.2,10.0.0.3"]);
  // Nothing that matters to a caller has changed.
  options.registry.set({ ...endpoint("backend-3"), serving: false });
  await turn();
  expect(told).toHaveLength(2);
});

it("tells the pods of each version, too", async () => {
  const options = surroundings();
  for (const pod of ["backend-3", "backend-1"]) options.registry.set(endpoint(pod));
  options.registry.set({ ...endpoint("backend-2"), version: "v2" });
  const told: string[] = [];
  await using _news = await AddressNews.start(options, async (addresses, ofVersion) => {
    told.push(...[addresses, ofVersion("v1"), ofVersion("v2")].map((list) => list.join()));
  });
  expect(told).toEqual(["10.0.0.1,10.0.0.2,10.0.0.3", "10.0.0.1,10.0.0.3", "10.0.0.2"]);
});

it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
  "tells of a change that comes %i turns after the one before was taken",
  async (turns) => {
    const options = surroundings();
    const told: string[] = [];
    const taken = Promise.withResolvers<void>();
    const starting = AddressNews.start(options, async (addresses) => {
      told.push(addresses.join());
      await taken.promise;
    });
    taken.resolve();
    for (let i = 0; i < turns; i++) await undefined;
    options.registry.set(endpoint("backend-1"));
    await using _news = await starting;
    await turn();
    expect(told).toEqual(["", "10.0.0.1"]);
  },
);

it("tells nothing while it is held and after its end, and the newest when it goes on", async () => {
  const options = surroundings();
  const told: string[] = [];
  const news = await AddressNews.start(options, async (addresses) => void told.push(addresses.join()));
  news.hold(true);
  options.registry.set(endpoint("backend-1"));
  options.registry.set(endpoint("backend-2"));
  await turn();
  expect(told).toEqual([""]);
  news.hold(false);
  await turn();
  expect(told).toEqual(["", "10.0.0.1,10.0.0.2"]);
  await news[Symbol.asyncDispose]();
  options.registry.set(endpoint("backend-3"));
  await turn();
  expect(told).toHaveLength(2);
});

it("a listener that fails is a problem of the deployment, and hears of the next change", async () => {
  const options = surroundings();
  let calls = 0;
  await using _news = await AddressNews.start(options, async () => {
    calls += 1;
    throw new Error("no space left");
  });
  expect(options.problems.problems).toEqual(["the ready pods' addresses could not be passed on: no space left"]);
  options.registry.set(endpoint("backend-1"));
  await turn();
  expect(calls).toBe(2);
});
