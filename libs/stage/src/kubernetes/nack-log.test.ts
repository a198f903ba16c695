import { expect, it } from "vitest";
import { nacksIn } from "./nack-log.ts";

const BESIDE = [
  { deployment: "client", role: "agent" },
  { deployment: "backend", role: "proxy" },
] as const;

function nack(pod: string, reason: string): string {
  return `2026-11-30T01:00:00.000000Z\twarn\tads\tADS:CDS: ACK ERROR ${pod} Internal:${reason}`;
}

it("has the client's and Envoy's own words, of pods of the namespace alone", () => {
  const log = [
    "2026-11-30T01:00:00.000000Z\tinfo\tads\tPush debounce stable",
    nack("client-5d8f-x7z.lab-mesh-12", "unsupported lb_policy: LEAST_REQUEST"),
    nack("backend-7c-1.lab-mesh-3", "bad regex"),
    nack("client-5d8f-x7z.lab-mesh-other-4", "not ours"),
  ];
  expect(nacksIn(log, { namespace: "lab-mesh", beside: BESIDE, hosts: undefined })).toEqual([
    { type: "CDS", by: "the client (NACK)", reason: "CDS: unsupported lb_policy: LEAST_REQUEST", isOurs: true },
    { type: "CDS", by: "Envoy (NACK)", reason: "CDS: bad regex", isOurs: true },
  ]);
});

it("puts down to rules what names one of their hosts, or none", () => {
  const cluster = (host: string) => `Error adding cluster(s) outbound|50051||${host}.svc.cluster.local: no`;
  const words = [cluster("backend.lab-mesh"), cluster("other.lab-mesh"), cluster("backend.lab-2"), "resource index 0"];
  const log = words.map((reason) => nack("backend-7c-1.lab-mesh-3", reason));
  const source = { namespace: "lab-mesh", beside: BESIDE, hosts: new Set(["backend.lab-mesh"]) };
  expect(nacksIn(log, source).map(({ isOurs }) => isOurs)).toEqual([true, false, false, true]);
});
