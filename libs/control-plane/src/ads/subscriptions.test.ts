import { describe, expect, test } from "vitest";
import { HandClient, SIDECAR } from "../testing/hand-client.ts";
import { listen } from "../testing/listen.ts";
import {
  BACKEND,
  BACKEND_CLUSTER,
  BACKEND_LISTENER,
  backend,
  endpoint,
  modelOf,
  SUBSETS,
  V1_CLUSTER,
} from "../testing/models.ts";

describe("subscriptions", () => {
  test("each type is answered with the resources named", async () => {
    await using plane = await listen(backend(), backend({ name: "other", clusterIp: "127.0.0.3" }));
    using client = new HandClient(plane.uri);
    expect(await client.take("LDS", [BACKEND_LISTENER])).toMatchObject({ type: "LDS", names: [BACKEND_LISTENER] });
    expect(await client.take("RDS", [BACKEND_CLUSTER])).toMatchObject({ type: "RDS", names: [BACKEND_CLUSTER] });
    expect(await client.take("CDS", [BACKEND_CLUSTER])).toMatchObject({ type: "CDS", names: [BACKEND_CLUSTER] });
    expect(await client.take("EDS", [BACKEND_CLUSTER])).toMatchObject({ type: "EDS", names: [BACKEND_CLUSTER] });
    expect(await client.drain()).toEqual([]);
  });

  test.each(["backend:50051", "backend.lab:50051", "backend.lab.svc:50051", "backend.lab.svc.cluster.local.:50051"])(
    "the service is also called %s, and its listener then too",
    async (name) => {
      await using plane = await listen(backend());
      using client = new HandClient(plane.uri);
      expect((await client.take("LDS", [name])).names).toEqual([name]);
    },
  );

  test.each([
    "elsewhere:50051",
    "backend:1",
    "backend",
    "backend.other:50051",
    "xds.istio.io/grpc/lds/inbound/nonsense",
  ])("nothing is called %s; the request is answered all the same", async (name) => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    expect((await client.take("LDS", [name])).names).toEqual([]);
  });

  test("an xDS server gets its listener under the name it asks for, IPv6 too", async () => {
    await using plane = await listen();
    using client = new HandClient(plane.uri);
    const names = ["xds.istio.io/grpc/lds/inbound/0.0.0.0:50051", "xds.istio.io/grpc/lds/inbound/[::]:50051"];
    const { resources } = await client.take("LDS", names);
    expect(resources).toMatchObject([
      { name: names[0], address: { socket_address: { address: "0.0.0.0", port_value: 50051 } } },
      { name: names[1], address: { socket_address: { address: "::", port_value: 50051 } } },
    ]);
  });

  test.each([{ names: [] }, { names: ["*"] }])(
    "a wildcard ($names) takes everything, and what comes later",
    async ({ names }) => {
      await using plane = await listen(backend({ subsets: SUBSETS }));
      using client = new HandClient(plane.uri, SIDECAR);
      const clusters = [BACKEND_CLUSTER, V1_CLUSTER, V1_CLUSTER.replace("v1", "v2")];
      expect((await client.take("CDS", names)).names).toEqual(clusters);
      plane.update(modelOf(...plane.model.services, backend({ name: "other", clusterIp: "127.0.0.3" })));
      expect((await client.accept(names)).names).toEqual([...clusters, "outbound|50051||other.lab.svc.cluster.local"]);
      expect(await client.drain()).toEqual([]);
    },
  );

  test("no names after some means none, not all", async () => {
    await using plane = await listen(backend());
    using client = new HandClient(plane.uri);
    const response = await client.take("CDS", [BACKEND_CLUSTER]);
    client.send("CDS", { names: [], to: response });
    expect(await client.drain()).toEqual([]);
    expect(plane.clients()[0]?.types.CDS?.subscribed).toEqual([]);
    plane.update(modelOf(backend({ lbPolicy: "RING_HASH" })));
    expect(await client.drain()).toEqual([]);
  });

  test("a name that is added brings its resource, one that is dropped nothing, one that returns its resource again", async () => {
    await using plane = await listen(backend({ subsets: SUBSETS }));
    using client = new HandClient(plane.uri);
    const first = await client.take("EDS", [BACKEND_CLUSTER]);
    client.send("EDS", { names: [BACKEND_CLUSTER, V1_CLUSTER], to: first });
    const second = await client.accept([BACKEND_CLUSTER, V1_CLUSTER]);
    expect(second.names).toEqual([V1_CLUSTER]);
    client.send("EDS", { names: [BACKEND_CLUSTER], to: second });
    expect(await client.drain()).toEqual([]);
    client.send("EDS", { names: [BACKEND_CLUSTER, V1_CLUSTER], to: second });
    expect((await client.next()).names).toEqual([V1_CLUSTER]);
  });

  test("a resource that comes to be later is then sent", async () => {
    await using plane = await listen();
    using client = new HandClient(plane.uri);
    expect((await client.take("LDS", [BACKEND_LISTENER])).names).toEqual([]);
    plane.update(modelOf(backend()));
    expect((await client.accept([BACKEND_LISTENER])).names).toEqual([BACKEND_LISTENER]);
  });
});

describe("endpoints", () => {
  test("those of one region and zone are one locality, with their weight in all; subsets take those with the labels", async () => {
    const endpoints = [
      endpoint("127.0.0.2", { region: "r", zone: "a", weight: 2, labels: { version: "v1", app: "x" } }),
      endpoint("127.0.0.3", { region: "r", zone: "b", health: "DRAINING", labels: { version: "v2" } }),
      endpoint("127.0.0.4", { region: "r", zone: "a", health: "UNHEALTHY" }),
    ];
    await using plane = await listen(backend({ endpoints, subsets: SUBSETS }));
    using client = new HandClient(plane.uri);
    const lbEndpoint = (address: string, health_status: string, weight: number) => ({
      endpoint: { address: { socket_address: { address, port_value: 50051 } } },
      health_status,
      load_balancing_weight: { value: weight },
    });
    const v1 = lbEndpoint("127.0.0.2", "HEALTHY", 2);
    const { resources } = await client.take("EDS", [BACKEND_CLUSTER, V1_CLUSTER]);
    expect(resources).toEqual([
      {
        cluster_name: BACKEND_CLUSTER,
        endpoints: [
          {
            locality: { region: "r", zone: "a" },
            lb_endpoints: [v1, lbEndpoint("127.0.0.4", "UNHEALTHY", 1)],
            load_balancing_weight: { value: 3 },
          },
          {
            locality: { region: "r", zone: "b" },
            lb_endpoints: [lbEndpoint("127.0.0.3", "DRAINING", 1)],
            load_balancing_weight: { value: 1 },
          },
        ],
      },
      {
        cluster_name: V1_CLUSTER,
        endpoints: [{ locality: { region: "r", zone: "a" }, lb_endpoints: [v1], load_balancing_weight: { value: 2 } }],
      },
    ]);
  });

  test("10,000 fit into one response", async () => {
    const endpoints = Array.from({ length: 10_000 }, (_, index) => endpoint(`10.0.${index >> 8}.${index & 255}`));
    await using plane = await listen(backend({ endpoints }));
    using client = new HandClient(plane.uri);
    await client.take("EDS", [BACKEND_CLUSTER]);
    plane.setEndpoints(BACKEND, endpoints.slice(1));
    expect((await client.accept([BACKEND_CLUSTER])).names).toEqual([BACKEND_CLUSTER]);
    await plane.acknowledged();
  });
});
