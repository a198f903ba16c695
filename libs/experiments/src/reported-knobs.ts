import type { Knob } from "@grpc-lb-lab/measure";
import type { ModeName } from "@grpc-lb-lab/stage";
import { appliesUnder, type PartialKnob } from "./knob-effects.ts";
import type { Knobs } from "./knobs.ts";
import { proxyRetries } from "./retries.ts";

/** grpc-js's own floor between two resolutions. Source: grpc-js, resolver-dns.ts, DEFAULT_MIN_TIME_BETWEEN_RESOLUTIONS_MS. */
const GRPC_JS_DNS_INTERVAL_MS = 30_000;

/** The knobs in force under `mode` as a result shows them: each beside its default, with the reason where they differ. */
export function reportedKnobs(mode: ModeName, knobs: Knobs): Knob[] {
  const where = (knob: PartialKnob, shown: Knob) => (appliesUnder(mode, knob) ? [shown] : []);
  return [
    asIs("pods", knobs.pods, 4, "as asked"),
    asIs("clients", knobs.clients, 1, "as asked"),
    knobs.rate === undefined
      ? asIs("inFlight", knobs.inFlight ?? 1, 1, "closed loop, as asked")
      : asIs("ratePerSecond", knobs.rate, knobs.rate),
    ...where("policy", asIs("policy", knobs.policy ?? "as the mode has it", "as the mode has it", "as asked")),
    asIs("maxConnectionAgeMs", knobs.maxAgeMs, 0, "off by default; without it a client never looks for new pods"),
    ...where("dnsMinIntervalMs", dnsMinInterval(knobs)),
    ...where("retry", asIs("retry", knobs.retry, "off", "client retries")),
    ...where("proxyRetries", shownProxyRetries(mode, knobs)),
    asIs("drain", knobs.drain ? `${knobs.drainDelayMs} ms` : "off", "off", "in Kubernetes preStop sleeps instead"),
    asIs("workMs", knobs.workMs, 0, "so that calls are in flight when something happens"),
    asIs("deadlineMs", knobs.deadlineMs, 5_000, "as asked"),
    asIs("keepaliveMs", knobs.keepaliveMs, 0, "off by default; without it a dead peer is found after about 15 minutes"),
  ];
}

function asIs(name: string, value: Knob["value"], standard: Knob["value"], reason = ""): Knob {
  return { name, value, default: standard, reason: value === standard ? "" : reason };
}

function dnsMinInterval({ dnsMinIntervalMs }: Knobs): Knob {
  const reason = lengthReason(dnsMinIntervalMs, GRPC_JS_DNS_INTERVAL_MS);
  return asIs("dnsMinIntervalMs", dnsMinIntervalMs, GRPC_JS_DNS_INTERVAL_MS, reason);
}

/** In numbers: under `proxyless` and `sidecar` they are what hides failures when nobody has asked for any. */
function shownProxyRetries(mode: ModeName, knobs: Knobs): Knob {
  const standard = proxyRetries({ mode, knobs: { ...knobs, proxyRetries: undefined } });
  return asIs("proxyRetries", proxyRetries({ mode, knobs }), standard, "as asked");
}

/** Why a time differs from its default. */
export function lengthReason(valueMs: number, defaultMs: number): string {
  return valueMs < defaultMs ? "shortened, so that the run is short" : "as asked";
}
