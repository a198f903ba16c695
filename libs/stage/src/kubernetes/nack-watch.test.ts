import { type Answer, fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterEach, expect, it, vi } from "vitest";
import { NackWatch } from "./nack-watch.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const SOURCE = { namespace: "lab-mesh", beside: [{ deployment: "client", role: "agent" }] } as const;
const PODS = "/api/v1/namespaces/istio-system/pods";
const WORDS = "2026-11-30T01:00:00Z\twarn\tads\tADS:CDS: ACK ERROR client-1.lab-mesh-12 Internal:no\n";

/** istiod's metrics after so many NACKs of clusters, and one of routes. */
function metrics(cds: number): string {
  return `# TYPE pilot_total_xds_rejects counter
pilot_total_xds_rejects{type="cds"} ${cds}
pilot_total_xds_rejects{type="rds"} 1
pilot_xds_cds_reject{err="Internal",node="client-1.lab-mesh"} 1
pilot_xds_cds_reject{err="Internal",node="client-1.lab-other"} 1
pilot_xds_rds_reject{err="Internal",node="client-1.lab-mesh"} 1
`;
}

/** A watch of two istiods, of which one has sent a NACK before, and another since; its log is read after 3 s. */
async function watch(log: string) {
  let [nowMs, cds] = [5_000, 1];
  const counting: Answer = (response) => response.end(metrics(cds));
  const api = await fakeApiServer({
    [`${PODS}?labelSelector=app=istiod`]: { items: ["a", "b"].map((name) => ({ metadata: { name } })) },
    [`${PODS}/a:15014/proxy/metrics`]: "",
    [`${PODS}/b:15014/proxy/metrics`]: counting,
    [`${PODS}/a/log?sinceSeconds=4`]: "",
    [`${PODS}/b/log?sinceSeconds=4`]: log,
  });
  const nacks = await NackWatch.start(api.client, SOURCE, never, () => nowMs);
  nowMs += 3_000;
  cds += 1;
  return { nacks, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

it("has the words of every istiod's log since it was begun, and then counts nothing besides", async () => {
  await using it = await watch(WORDS);
  expect(await it.nacks.logged(never)).toEqual([{ type: "CDS", by: "the client (NACK)", reason: "CDS: no" }]);
  expect(await it.nacks.counted(never)).toEqual([]);
});

it("has what was counted where the log is rotated, of the namespace and of types that had no NACK before", async () => {
  await using it = await watch("");
  expect(await it.nacks.logged(never)).toEqual([]);
  const reason = "CDS: a NACK of code Internal, as istiod has counted";
  expect(await it.nacks.counted(never)).toEqual([{ type: "cds", by: "the client (NACK)", reason }]);
});
