import { expect, test } from "vitest";
import { ControlPlane } from "../control-plane.ts";
import { BACKEND_CLUSTER, backend, modelOf } from "../testing/models.ts";
import { takeResources } from "./take-resources.ts";

const NODE = { id: "sidecar~127.0.0.9~a.lab~lab.svc.cluster.local", metadata: { GENERATOR: "grpc" }, locality: {} };

test("resources come by type and name, as JSON; what there is not is left out", async () => {
  await using plane = await ControlPlane.listen({ model: modelOf(backend()) });
  const names = { CDS: ["outbound|1||nobody.lab.svc.cluster.local", BACKEND_CLUSTER], EDS: [BACKEND_CLUSTER] };
  const taken = await takeResources({ uri: plane.uri, node: NODE, names });
  const type = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  expect(taken.CDS).toEqual({ [BACKEND_CLUSTER]: expect.objectContaining({ "@type": type, type: "EDS" }) });
  expect(taken.EDS).toEqual({ [BACKEND_CLUSTER]: expect.objectContaining({ clusterName: BACKEND_CLUSTER }) });
  expect(plane.nacks()).toEqual([]);
});

test("a control plane that cannot be reached is told in a line", async () => {
  const plane = await ControlPlane.listen({ model: modelOf() });
  await plane.close();
  const taken = takeResources({ uri: plane.uri, node: NODE, names: { LDS: ["a:1", "b:2"] } });
  await expect(taken).rejects.toThrow(
    new RegExp(`^the request to ${plane.uri} for LDS a:1, b:2 failed: 14 UNAVAILABLE`),
  );
});
