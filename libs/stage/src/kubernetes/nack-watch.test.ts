import { type Answer, fakeApiServer } from "@grpc-lb-lab/cluster/testing";
import { afterEach, expect, it, vi } from "vitest";
import { NackWatch } from "./nack-watch.ts";

afterEach(() => vi.unstubAllEnvs());

const never = new AbortController().signal;
const SOURCE = {
  namespace: "lab-mesh",
  beside: [{ deployment: "client", role: "agent" }],
  hosts: new Set(["backend.lab-mesh"]),
} as const;
const PODS = "/api/v1/namespaces/istio-system/pods";
const BY = "the client (NACK)";

/** A line of istiod's log at a second. */
const line = (second: number, words: string) =>
  `2026-11-30T01:00:0${second}Z\twarn\tads\tADS:CDS: ACK ERROR client-1.lab-mesh-12 Internal:${words}`;

/** istiod's metrics after so many NACKs of clusters by anybody, with those nodes that have ever sent one. */
function metrics(cds: number, nodes: readonly string[]): string {
  const gauges = nodes.map((node) => `pilot_xds_cds_reject{err="Internal",node="${node}"} 1\n`).join("");
  return `# TYPE pilot_total_xds_rejects counter
pilot_total_xds_rejects{type="cds"} ${cds}
pilot_total_xds_rejects{type="rds"} 1
${gauges}pilot_xds_rds_reject{err="Internal",node="client-1.lab-mesh"} 1
`;
}

/** What is logged and who has ever sent a NACK, before the rules and after them. */
interface Told {
  readonly log: readonly string[];
  readonly nodes?: readonly string[];
}

/** A watch of two istiods, of which one counts one NACK more once the rules are there; its log is read after 3 s. */
async function watch(before: Told, after: Told) {
  let [nowMs, cds, told] = [5_000, 1, before];
  const counting: Answer = (response) => response.end(metrics(cds, told.nodes ?? []));
  const logging: Answer = (response) => response.end(told.log.join("\n"));
  const api = await fakeApiServer({
    [`${PODS}?labelSelector=app=istiod`]: { items: ["a", "b"].map((name) => ({ metadata: { name } })) },
    [`${PODS}/a:15014/proxy/metrics`]: "",
    [`${PODS}/b:15014/proxy/metrics`]: counting,
    [`${PODS}/a/log?sinceSeconds=3`]: "",
    [`${PODS}/b/log?sinceSeconds=3`]: logging,
    [`${PODS}/a/log?sinceSeconds=4`]: "",
    [`${PODS}/b/log?sinceSeconds=4`]: logging,
    [`${PODS}/a/log?sinceSeconds=1`]: "",
    [`${PODS}/b/log?sinceSeconds=1`]: logging,
  });
  const nacks = await NackWatch.start(api.client, SOURCE, never, () => nowMs);
  nowMs += 3_000;
  cds += 1;
  told = after;
  return { nacks, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

it("has the words of every istiod's log since it was begun, each line once, and then counts nothing besides", async () => {
  await using it = await watch({ log: [] }, { log: [line(3, "no")], nodes: ["client-1.lab-mesh"] });
  expect(await it.nacks.logged(never)).toEqual([{ type: "CDS", by: BY, reason: "CDS: no", isOurs: true }]);
  expect(await it.nacks.logged(never)).toEqual([]);
  expect(await it.nacks.counted(never)).toEqual([]);
});

it("does not put down to the rules what was sent before them, is sent on in the same words, or is of other hosts", async () => {
  const other = "Error adding cluster(s) outbound|1||other.lab-mesh.svc.cluster.local: no";
  const old = line(1, "old");
  await using it = await watch({ log: [old] }, { log: [old, line(3, "old"), line(3, "new"), line(3, other)] });
  expect(await it.nacks.logged(never)).toEqual([
    { type: "CDS", by: BY, reason: "CDS: old", isOurs: false },
    { type: "CDS", by: BY, reason: "CDS: new", isOurs: true },
    { type: "CDS", by: BY, reason: `CDS: ${other}`, isOurs: false },
  ]);
});

it("has what was counted where the log is rotated, of the namespace and of types that had no NACK before", async () => {
  await using it = await watch({ log: [] }, { log: [], nodes: ["client-1.lab-mesh", "client-1.lab-other"] });
  expect(await it.nacks.logged(never)).toEqual([]);
  const reason = "CDS: a NACK of code Internal, as istiod has counted";
  expect(await it.nacks.counted(never)).toEqual([{ type: "cds", by: BY, reason, isOurs: true }]);
});

it("does not put down to the rules what may be another's count in the mesh", async () => {
  const nodes = ["client-1.lab-mesh"];
  await using it = await watch({ log: [], nodes }, { log: [], nodes: [...nodes, "client-1.lab-other"] });
  const [nack, ...more] = await it.nacks.counted(never);
  expect(more).toEqual([]);
  expect(nack).toMatchObject({ by: BY, isOurs: false });
  expect(nack?.reason).toContain("client-1 had sent one before, so that this one may be another's");
});
