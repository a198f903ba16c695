import { expect, test } from "vitest";
import { backend, endpoint, modelOf } from "../testing/models.ts";
import type { MeshModel } from "./mesh-model.ts";
import { assertValidModel, InvalidModelError } from "./validate-model.ts";

const strict = { namespace: "lab", mode: "STRICT" as const };
const workload = { address: "127.0.0.2", port: 50051, appAddress: "127.0.0.1", appPort: 60051 };

test("a model with everything in it is served", () => {
  const subsets = [{ name: "v1", labels: { version: "v1" }, lbPolicy: "RANDOM" as const }];
  const endpoints = [endpoint("127.0.0.2", { zone: "z", weight: 3, health: "DRAINING" }), endpoint("::1")];
  const routes = [
    { destinations: [{ subset: "v1", weight: 0 }, { weight: 1 }], timeoutMs: 1, retries: { attempts: 0 } },
    { destinations: [{}], fault: { delay: { fixedDelayMs: 1 }, abort: { grpcStatus: 14, percentage: 0.5 } } },
  ];
  const service = backend({ subsets, endpoints, routes, timeoutMs: 0.5, retries: { attempts: 3 } });
  const peerAuthentications = [strict, { ...strict, labels: { app: "backend" } }];
  expect(() => assertValidModel({ services: [service], workloads: [workload], peerAuthentications })).not.toThrow();
});

const MISTAKES: readonly (readonly [string, MeshModel])[] = [
  ["service backend.lab.svc.cluster.local:50051 occurs twice", modelOf(backend(), backend({ clusterIp: "127.0.0.8" }))],
  ["cluster IP 127.0.0.1:50051 occurs twice", modelOf(backend(), backend({ name: "other" }))],
  ['"Back End" is not a DNS label', modelOf(backend({ name: "Back End" }))],
  ['namespace "" is not a DNS label', modelOf(backend({ namespace: "" }))],
  ['cluster IP: "localhost" is not an IP address', modelOf(backend({ clusterIp: "localhost" }))],
  ["cluster IP: 65536 is not a port", modelOf(backend({ port: 65_536 }))],
  [
    "endpoint 127.0.0.2:50051 occurs twice",
    modelOf(backend({ endpoints: [endpoint("127.0.0.2"), endpoint("127.0.0.2")] })),
  ],
  ["endpoint 127.0.0.2: 0 is not a port", modelOf(backend({ endpoints: [endpoint("127.0.0.2", { port: 0 })] }))],
  ["weight 0 is not a whole number from 1", modelOf(backend({ endpoints: [endpoint("127.0.0.2", { weight: 0 })] }))],
  [
    'the weights of locality "/z" add up to more than 4294967295',
    modelOf(
      backend({
        endpoints: ["127.0.0.2", "127.0.0.3"].map((address) => endpoint(address, { zone: "z", weight: 3_000_000_000 })),
      }),
    ),
  ],
  [
    "subset v1 occurs twice",
    modelOf(
      backend({
        subsets: [
          { name: "v1", labels: {} },
          { name: "v1", labels: {} },
        ],
      }),
    ),
  ],
  [
    'route canary: there is no subset "v9" (there is: none)',
    modelOf(backend({ routes: [{ name: "canary", destinations: [{ subset: "v9" }] }] })),
  ],
  [
    'a route leads to the service "other", which is not there',
    modelOf(backend({ routes: [{ destinations: [{ service: "other" }] }] })),
  ],
  ["route 0: no destination has a weight above 0", modelOf(backend({ routes: [{ destinations: [] }] }))],
  ["a destination: weight 0.5 is not", modelOf(backend({ routes: [{ destinations: [{ weight: 0.5 }] }] }))],
  ["timeoutMs is 0, not a number above 0", modelOf(backend({ timeoutMs: 0 }))],
  ["retries.attempts is -1", modelOf(backend({ routes: [{ destinations: [{}], retries: { attempts: -1 } }] }))],
  [
    "a fault's percentage is 101, not a number from 0 to 100",
    modelOf(backend({ routes: [{ destinations: [{}], fault: { abort: { httpStatus: 503, percentage: 101 } } }] })),
  ],
  [
    "a fault's delay is 0 ms, not a number above 0",
    modelOf(backend({ routes: [{ destinations: [{}], fault: { delay: { fixedDelayMs: 0 } } }] })),
  ],
  ["serviceAccounts is empty", modelOf(backend({ serviceAccounts: [] }))],
  ["peerAuthentication for lab occurs twice", { services: [], peerAuthentications: [strict, strict] }],
  ["workload 127.0.0.2:50051 occurs twice", { services: [], workloads: [workload, workload] }],
  ['its application: "app" is not an IP address', { services: [], workloads: [{ ...workload, appAddress: "app" }] }],
];

test.each(MISTAKES)("%s", (mistake, model) => {
  expect(() => assertValidModel(model)).toThrow(mistake);
});

test("all mistakes are told at once", () => {
  const model = modelOf(backend({ clusterIp: "x", endpoints: [endpoint("y")] }));
  try {
    assertValidModel(model);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidModelError);
    expect((error as InvalidModelError).mistakes).toHaveLength(2);
  }
});
