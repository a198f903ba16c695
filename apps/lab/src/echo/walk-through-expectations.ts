import { type Expectation, type Range, randomPickRange, roundRobinRange, within } from "@grpc-lb-lab/measure";
import type { Forwarded } from "./forward-echo.ts";
import type { ShownCertificate } from "./shown-certificate.ts";

/** Every request of a ForwardEcho is answered. */
export function noneFails({ calls, error }: Forwarded): Expectation {
  return {
    id: "none-fails",
    what: "every request is answered",
    bound: "0 requests fail",
    measured: error ?? `${calls.length} answered`,
    ok: error === undefined && calls.length > 0,
  };
}

/** Both versions answer half, as round robin over a pod of each. */
export function evenlyAnswered(forwarded: Forwarded, count: number): Expectation {
  const range = roundRobinRange(count, 2);
  return inRanges("even", "each version answers half", forwarded, { v1: range, v2: range });
}

/** Each version answers its weight's part: every request picks a subset at random. */
export function weighted(forwarded: Forwarded, count: number, weights: Readonly<Record<string, number>>): Expectation {
  const ranges = Object.entries(weights).map(([version, share]) => [version, randomPickRange(count, share)] as const);
  return inRanges(
    "weights",
    "each version answers the share that its weight sets",
    forwarded,
    Object.fromEntries(ranges),
  );
}

/** Plaintext servers and mutual clients do not understand each other. Istio's echo names the first error only, and how many there were. */
export function allFailUnavailable({ calls, error }: Forwarded, count: number): Expectation {
  return {
    id: "all-fail",
    what: "every request fails with UNAVAILABLE while only the client uses mutual TLS",
    bound: `${count}/${count} requests, Unavailable`,
    measured: error === undefined ? `${calls.length} answered` : error.replace(/( desc =).*/s, ""),
    ok: error?.startsWith(`${count}/${count} requests had errors; first error: rpc error: code = Unavailable`) ?? false,
  };
}

/** The servers know the caller by its certificate. */
export function calledAs({ calls }: Forwarded, spiffeId: string): Expectation {
  const callers = [...new Set(calls.map(({ callerSpiffeId = "nobody" }) => callerSpiffeId))];
  return {
    id: "identity",
    what: "the servers identify the caller by its certificate",
    bound: spiffeId,
    measured: callers.join(", ") || "no answer",
    ok: callers.length === 1 && callers[0] === spiffeId,
  };
}

/** After a rotation every server shows its new certificate to new connections. */
export function showNewCertificates(
  serialNumbersBefore: readonly string[],
  certificates: readonly ShownCertificate[],
): Expectation {
  const isStale = ({ newest, shown }: ShownCertificate) => shown !== newest || serialNumbersBefore.includes(shown);
  const stale = certificates.filter(isStale).map(({ pod }) => pod);
  return {
    id: "new-certificates",
    what: "every server shows its new certificate",
    bound: "all do",
    measured:
      stale.length === 0
        ? certificates.map(({ pod, shown }) => `${pod} ${shown.slice(0, 8)}…`).join(", ")
        : `not ${stale.join(", ")}`,
    ok: stale.length === 0 && certificates.length > 0,
  };
}

function inRanges(
  id: string,
  what: string,
  { calls }: Forwarded,
  ranges: Readonly<Record<string, Range>>,
): Expectation {
  const counts = Object.keys(ranges).map((wanted) => calls.filter(({ version }) => version === wanted).length);
  const versions = Object.entries(ranges);
  return {
    id,
    what,
    bound: versions.map(([version, { min, max }]) => `${version} ${min} to ${max}`).join(", "),
    measured: versions.map(([version], index) => `${version} ${counts[index]}`).join(", "),
    ok: versions.every(([, range], index) => within(counts[index] ?? 0, range)),
  };
}
