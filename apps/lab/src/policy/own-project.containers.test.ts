import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { drawn, POLICIES } from "@grpc-lb-lab/policies";
import { GreeterService, type SayHelloResponse, serviceClient } from "@grpc-lb-lab/proto";
import { guardTestcontainers } from "@grpc-lb-lab/stage/guard-testcontainers";
import type { EnvoyRules } from "@grpc-lb-lab/stage-api";
import { GrpcWait } from "@grpc-lb-lab/testcontainers-grpc";
import { GenericContainer, Network, PullPolicy, type StartedNetwork, type StartedTestContainer } from "testcontainers";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { REPOSITORY_ROOT } from "../repository-root.ts";

const TAG = process.env.TAG || "dev";
const PORT = 50_051;
const CALLS = 200;
const ENVOY_CONFIG = "deploy/kustomize/components/envoy-proxy/envoy.yaml";

/** What of Envoy's configuration rules are added to. */
interface Bootstrap {
  static_resources: {
    listeners: { filter_chains: { filters: { typed_config: { http_filters: object[] } }[] }[] }[];
  };
}

/** The configuration of Envoy as it is deployed in a cluster, with HTTP filters before the router. */
async function deployedConfig(httpFilters: readonly object[]): Promise<string> {
  const bootstrap = parse(await readFile(join(REPOSITORY_ROOT, ENVOY_CONFIG), "utf8")) as Bootstrap;
  const manager = bootstrap.static_resources.listeners[0]?.filter_chains[0]?.filters[0];
  if (manager === undefined) throw new Error(`${ENVOY_CONFIG} has no connection manager`);
  manager.typed_config.http_filters.unshift(...httpFilters);
  return JSON.stringify(bootstrap);
}

function image(name: string, network: StartedNetwork): GenericContainer {
  return new GenericContainer(`grpc-lb-lab/${name}:${TAG}`)
    .withPullPolicy(PullPolicy.neverPull())
    .withNetwork(network)
    .withExposedPorts(PORT)
    .withWaitStrategy(GrpcWait.forHealth(PORT));
}

function backend(network: StartedNetwork): Promise<StartedTestContainer> {
  return image("backend", network).withNetworkAliases("backend-headless").start();
}

async function envoy(network: StartedNetwork, { httpFilters = [] }: EnvoyRules): Promise<StartedTestContainer> {
  const target = "/etc/envoy/envoy.yaml";
  return image("envoy", network)
    .withCopyContentToContainer([{ content: await deployedConfig(httpFilters), target }])
    .withCommand(["--config-path", target, "--concurrency", "1"])
    .start();
}

/** How a call ended: its status code, and the pod that answered it. */
interface End {
  readonly code: number;
  readonly pod: string | undefined;
}

async function callThrough(proxy: StartedTestContainer): Promise<End[]> {
  const client = new Client(`${proxy.getHost()}:${proxy.getMappedPort(PORT)}`, credentials.createInsecure());
  const greeter = serviceClient(GreeterService, client);
  const call = () =>
    new Promise<End>((resolve) => {
      const deadline = Date.now() + 30_000;
      const ended = (error: ServiceError | null, answer: SayHelloResponse | undefined) =>
        resolve({ code: error?.code ?? status.OK, pod: answer?.servedBy?.pod });
      greeter.sayHello({ name: "reader" }, new Metadata(), { deadline }, ended);
    });
  try {
    return await Promise.all(Array.from({ length: CALLS }, call));
  } finally {
    client.close();
  }
}

it("a policy is tried with testcontainers alone: the shipped backend behind the shipped Envoy, as deployed, with the policy's rules", async () => {
  const policy = POLICIES.find(({ name }) => name === "fault-abort");
  const rules = policy?.dialects(policy.parameters).Envoy;
  if (policy === undefined || rules === undefined) throw new Error("Envoy cannot be asked for aborts");
  await using _guard = await guardTestcontainers();
  await using network = await new Network().start();
  await using one = await backend(network);
  await using another = await backend(network);
  await using proxy = await envoy(network, rules);
  const ends = await callThrough(proxy);
  const aborted = ends.filter(({ code }) => code === status.UNAVAILABLE);
  const answered = ends.filter(({ code }) => code === status.OK);
  const bound = drawn({ id: "aborted", what: "calls" }, aborted.length, CALLS, Number(policy.parameters.percent) / 100);
  expect(bound, bound.measured).toMatchObject({ ok: true });
  expect(answered.length).toBe(CALLS - aborted.length);
  expect(new Set(answered.map(({ pod }) => pod))).toEqual(new Set([one, another].map((pod) => pod.getHostname())));
});
