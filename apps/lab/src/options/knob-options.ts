import { KNOBS, type KnobFlag, type KnobOverrides, type Takes, TIMING_KNOBS } from "@grpc-lb-lab/experiments";
import { variantsOf } from "@grpc-lb-lab/modes";
import { LB_POLICIES, parseRetry, RETRY_MESSAGE } from "@grpc-lb-lab/rpc/client-values";
import { type Mode, undisturbedPath } from "@grpc-lb-lab/stage-api";
import { type Command, InvalidArgumentError, Option } from "commander";
import { oneOf } from "./choices.ts";
import { duration, positiveNumber, wholeNumber } from "./numbers.ts";

/** Options as commander parses them, knobs among them: by the flag's name in camel case. */
export type KnobFlags = Readonly<Record<string, unknown>>;

/** Those of the knobs that the command line sets, by their names; others are experiments' own. */
const FLAGS = flagsOf(KNOBS);
const TIMING_FLAGS = flagsOf(TIMING_KNOBS);

/** Adds the knobs of a run under some of `modes` to a command, as they are declared. */
export function addKnobOptions(command: Command, modes: readonly Mode[]): Command {
  const variants = [...new Set(modes.flatMap((mode) => variantsOf(undisturbedPath(mode))))];
  for (const [, declaration] of [...FLAGS, ...TIMING_FLAGS])
    command.addOption(optionOf(declaration).argParser(parserOf(declaration.takes, variants)));
  return command;
}

/** The knobs that were given, as experiments take them. */
export function knobOverrides(flags: KnobFlags): KnobOverrides {
  const given = (declared: readonly (readonly [string, KnobFlag])[]) =>
    Object.fromEntries(
      declared
        .map(([name, declaration]) => [name, flags[optionOf(declaration).attributeName()]] as const)
        .filter(([, value]) => value !== undefined),
    );
  return { ...given(FLAGS), timings: given(TIMING_FLAGS) };
}

function flagsOf(knobs: Readonly<Record<string, Partial<KnobFlag>>>): (readonly [string, KnobFlag])[] {
  return Object.entries(knobs).flatMap(([name, { flag, value, takes, meaning, conflictsWith }]) =>
    flag === undefined || value === undefined || takes === undefined || meaning === undefined
      ? []
      : [[name, { flag, value, takes, meaning, ...(conflictsWith === undefined ? {} : { conflictsWith }) }] as const],
  );
}

function optionOf({ flag, value, meaning, conflictsWith }: KnobFlag): Option {
  const option = new Option(`${flag} ${value}`, meaning);
  return conflictsWith === undefined ? option : option.conflicts(conflictsWith);
}

function parserOf(takes: Takes, variants: readonly string[]): (value: string) => unknown {
  switch (takes.kind) {
    case "whole number":
      return wholeNumber(takes.least, takes.most);
    case "positive number":
      return positiveNumber(takes.most);
    case "time":
      return duration(takes.mostMs, takes.leastMs);
    case "policy":
      return oneOf("policy", LB_POLICIES);
    case "retries":
      return retry;
    case "variant":
      return oneOf("variant", variants);
    case "switch":
      return onOff;
  }
}

function retry(value: string): string {
  if (parseRetry(value) !== undefined) return value;
  throw new InvalidArgumentError(`It ${RETRY_MESSAGE}.`);
}

function onOff(value: string): boolean {
  return oneOf("setting", ["on", "off"])(value) === "on";
}
