import { json } from "node:stream/consumers";
import { type Answers, fakeApiServer, PatchedObject } from "@grpc-lb-lab/cluster/testing";
import { afterEach, expect, it, vi } from "vitest";
import { Autoscaler } from "./autoscaler.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const ALL = "/apis/autoscaling/v2/namespaces/lab-plain/horizontalpodautoscalers";
const ONE = `${ALL}/backend`;
const QUERY = "?fieldValidation=Strict&fieldManager=grpc-lb-lab";
const TARGET = { meanMilliCpu: 100, leastPods: 4, mostPods: 8 };

async function lab(answers: Answers) {
  const api = await fakeApiServer(answers);
  const autoscaler = new Autoscaler(api.client, "lab-plain");
  return { autoscaler, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

/** What is told of an autoscaler with this status. */
async function viewOf(status: object | undefined) {
  await using it = await lab({ [ONE]: (response) => response.end(JSON.stringify({ status })) });
  return await it.autoscaler.view(never);
}

it("makes one for the application's CPU alone, by its mean over the pods", async () => {
  const made: unknown[] = [];
  await using it = await lab({
    [`${ALL}${QUERY}`]: async (response, request) => {
      made.push(await json(request));
      response.writeHead(201).end("{}");
    },
  });
  await it.autoscaler.start(TARGET, never);
  expect(made).toMatchObject([
    {
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "backend", annotations: { "grpc-lb-lab/before": "null" } },
      spec: {
        scaleTargetRef: { kind: "Deployment", name: "backend" },
        minReplicas: 4,
        maxReplicas: 8,
        metrics: [
          {
            type: "ContainerResource",
            containerResource: {
              name: "cpu",
              container: "app",
              target: { type: "AverageValue", averageValue: "100m" },
            },
          },
        ],
      },
    },
  ]);
});

it("makes one that was there what it was, and touches none that it has not changed", async () => {
  const deployed = { metadata: { name: "backend" }, spec: { minReplicas: 1, maxReplicas: 2 } };
  const object = new PatchedObject(deployed);
  await using it = await lab({ [ONE]: object.answer, [`${ONE}${QUERY}`]: object.answer });
  await it.autoscaler.end(never);
  expect(object.now).toMatchObject(deployed);
  await it.autoscaler.start(TARGET, never);
  expect(object.now).toMatchObject({ spec: { maxReplicas: 8 } });
  await it.autoscaler.end(never);
  expect(object.now).toMatchObject({ spec: deployed.spec });
});

it("takes back what a killed lab has left; who may not look has left nothing", async () => {
  const left = new PatchedObject({
    metadata: { name: "backend", annotations: { "grpc-lb-lab/before": '{"maxReplicas":2}' } },
    spec: { maxReplicas: 8 },
  });
  await using it = await lab({ [ONE]: left.answer, [`${ONE}${QUERY}`]: left.answer });
  await it.autoscaler.restoreLeft(never);
  expect(left.now).toMatchObject({ spec: { maxReplicas: 2 } });
  await using other = await lab({ [ONE]: 403 });
  await other.autoscaler.restoreLeft(never);
});

it("tells what it sees and wants, and why it sees nothing", async () => {
  const current = (averageValue: string) => [
    { type: "ContainerResource", containerResource: { current: { averageValue } } },
  ];
  const seen = (averageValue: string) => viewOf({ desiredReplicas: 6, currentMetrics: current(averageValue) });
  expect(await seen("149m")).toEqual({ wantedPods: 6, meanMilliCpu: 149, problem: undefined });
  expect((await seen("2")).meanMilliCpu).toBe(2_000);
  expect((await seen("1500000n")).meanMilliCpu).toBe(1.5);
  const blind = { type: "ScalingActive", status: "False", message: "no metrics returned from resource metrics API" };
  const status = { desiredReplicas: 0, currentMetrics: null, conditions: [blind] };
  expect(await viewOf(status)).toEqual({ wantedPods: undefined, meanMilliCpu: undefined, problem: blind.message });
  expect(await viewOf(undefined)).toEqual({ wantedPods: undefined, meanMilliCpu: undefined, problem: undefined });
});

it("says that somebody has deleted it", async () => {
  await using it = await lab({ [ONE]: 404 });
  await expect(it.autoscaler.view(never)).rejects.toThrow("somebody has deleted the HorizontalPodAutoscaler backend");
});
