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
  expect(nacksIn(log.join("\n"), { namespace: "lab-mesh", beside: BESIDE })).toEqual([
    { type: "CDS", by: "the client (NACK)", reason: "CDS: unsupported lb_policy: LEAST_REQUEST" },
    { type: "CDS", by: "Envoy (NACK)", reason: "CDS: bad regex" },
  ]);
});
