import { expect, test } from "vitest";
import type { MeshRoute } from "../model/mesh-model.ts";
import { backend, SUBSETS } from "../testing/models.ts";
import { routesOf } from "./route.ts";

const cluster = (subset: string) => `outbound|50051|${subset}|backend.lab.svc.cluster.local`;

const actionsOf = (...routes: MeshRoute[]) =>
  routesOf(backend({ subsets: SUBSETS, routes }), "proxyless").map(({ route }) => route);

test("weights are passed on, and a destination without any is left out, as istiod does", () => {
  const destinations = [{ subset: "v1", weight: 20 }, { subset: "v2", weight: 80 }, { weight: 0 }];
  expect(actionsOf({ destinations })).toMatchObject([
    {
      weightedClusters: {
        clusters: [
          { name: cluster("v1"), weight: 20 },
          { name: cluster("v2"), weight: 80 },
        ],
      },
    },
  ]);
});

test("calls that no route takes go to the whole service; where one takes all there is nothing left", () => {
  const match = { headers: { "x-canary": { exact: "yes" } } };
  const canary = { match, destinations: [{ subset: "v2" }] };
  expect(actionsOf(canary)).toMatchObject([{ cluster: cluster("v2") }, { cluster: cluster("") }]);
  expect(actionsOf(canary, { destinations: [{ subset: "v1" }] })).toMatchObject([
    { cluster: cluster("v2") },
    { cluster: cluster("v1") },
  ]);
});
