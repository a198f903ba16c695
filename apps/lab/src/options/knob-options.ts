import type { KnobOverrides } from "@grpc-lb-lab/experiments";
import { LB_POLICIES, parseRetry, RETRY_MESSAGE } from "@grpc-lb-lab/rpc/client-values";
import { type Command, InvalidArgumentError, Option } from "commander";
import { oneOf } from "./choices.ts";
import { duration, positiveNumber, wholeNumber } from "./numbers.ts";

/** Bounds that keep a run on one machine bounded. */
export const MOST_PODS = 50;
const MOST_CLIENTS = 100;
const MOST_CALLS = 1_000_000;
const MOST_RATE = 20_000;
const MOST_IN_FLIGHT = 1_000;
const LONGEST_MS = 600_000;

/** Options as commander parses them. */
export interface KnobFlags {
  readonly pods?: number;
  readonly clients?: number;
  readonly calls?: number;
  readonly rate?: number;
  readonly inFlight?: number;
  readonly duration?: number;
  readonly policy?: string;
  readonly maxAge?: number;
  readonly retry?: string;
  readonly proxyRetries?: number;
  readonly drain?: boolean;
  readonly work?: number;
  readonly deadline?: number;
  readonly keepalive?: number;
  readonly dnsInterval?: number;
  readonly dnsTtl?: number;
  readonly endpointLag?: number;
}

/** Adds the knobs of a run to a command. */
export function addKnobOptions(command: Command): Command {
  return command
    .option("--pods <n>", "pods at first (default: 4)", wholeNumber(1, MOST_PODS))
    .option("--clients <n>", "clients, each with connections of its own (default: 1)", wholeNumber(1, MOST_CLIENTS))
    .option("--calls <n>", "calls to count, for experiments without a course of their own", wholeNumber(1, MOST_CALLS))
    .option("--duration <time>", "how long to count, for such experiments", duration(LONGEST_MS, 1))
    .addOption(
      new Option("--rate <n>", "open loop: calls per second by schedule")
        .argParser(positiveNumber(MOST_RATE))
        .conflicts("inFlight"),
    )
    .option("--in-flight <n>", "closed loop: calls at once", wholeNumber(1, MOST_IN_FLIGHT))
    .option("--policy <name>", "the client's policy instead of the mode's", oneOf("policy", LB_POLICIES))
    .option("--max-age <time>", "servers close connections of that age; 0 is off", duration(LONGEST_MS))
    .option("--retry <how>", "client retries: off, 2 to 5 attempts, or hedge:<attempts>", retry)
    .option("--proxy-retries <n>", "retries by proxies or the control plane (Istio: 2)", wholeNumber(0, 10))
    .addOption(new Option("--drain <on|off>", "whether pods drain before they end").argParser(onOff))
    .option("--work <time>", "simulated work of each call", duration(10_000))
    .option("--deadline <time>", "deadline of each call", duration(LONGEST_MS, 1))
    .option("--keepalive <time>", "the client pings its connections so often; 0 is off", duration(LONGEST_MS))
    .option("--dns-interval <time>", "shortest time between two resolutions by the client", duration(LONGEST_MS))
    .option("--dns-ttl <time>", "how long the cluster's DNS repeats an answer", duration(LONGEST_MS))
    .option("--endpoint-lag <time>", "from a pod's going to its withdrawal everywhere", duration(LONGEST_MS));
}

/** The knobs that were given, as experiments take them. */
export function knobOverrides(flags: KnobFlags): KnobOverrides {
  return {
    pods: flags.pods,
    clients: flags.clients,
    calls: flags.calls,
    rate: flags.rate,
    inFlight: flags.inFlight,
    durationMs: flags.duration,
    policy: flags.policy,
    maxAgeMs: flags.maxAge,
    retry: flags.retry,
    proxyRetries: flags.proxyRetries,
    drain: flags.drain,
    workMs: flags.work,
    deadlineMs: flags.deadline,
    keepaliveMs: flags.keepalive,
    dnsMinIntervalMs: flags.dnsInterval,
    timings: {
      ...(flags.dnsTtl === undefined ? {} : { dnsTtlMs: flags.dnsTtl }),
      ...(flags.endpointLag === undefined ? {} : { endpointLagMs: flags.endpointLag }),
    },
  };
}

function retry(value: string): string {
  if (parseRetry(value) !== undefined) return value;
  throw new InvalidArgumentError(`It ${RETRY_MESSAGE}.`);
}

function onOff(value: string): boolean {
  return oneOf("setting", ["on", "off"])(value) === "on";
}
