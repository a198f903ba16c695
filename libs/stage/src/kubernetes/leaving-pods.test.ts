import type { KubePod } from "@grpc-lb-lab/cluster";
import { fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterEach, expect, it, vi } from "vitest";
import { LeavingPods } from "./leaving-pods.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const PODS = "/api/v1/namespaces/lab-envoy/pods";

function pod(name: string, uid = name): KubePod {
  return { metadata: { name, uid }, spec: { containers: [] }, status: {} };
}

it("has each pod forgotten once, and another of its name as well", async () => {
  const deleted: unknown[] = [];
  await using api = await fakeApiServer({
    [`${PODS}/a`]: (response, { method }) => {
      deleted.push(method);
      response.end("{}");
    },
  });
  const leaving = new LeavingPods(api.client, "lab-envoy", 0);
  await Promise.all([leaving.forget([pod("a")], never), leaving.forget([pod("a"), pod("a", "another")], never)]);
  await leaving.forget([pod("a"), pod("a", "another")], never);
  expect(deleted).toEqual(["DELETE", "DELETE"]);
});

it("tells that it may not", async () => {
  await using api = await fakeApiServer({ [`${PODS}/a`]: 403 });
  const leaving = new LeavingPods(api.client, "lab-envoy", 0);
  await expect(leaving.forget([pod("a")], never)).rejects.toThrow("lacks a permission");
});
