import type { Parameters, Policy } from "@grpc-lb-lab/policies";
import { InputError } from "@grpc-lb-lab/stage-api";
import { InvalidArgumentError } from "commander";
import { closest } from "fastest-levenshtein";

/** A parameter of a policy as the command line sets it. */
export interface SetParameter {
  readonly name: string;
  readonly value: string;
}

const SETTING = /^([A-Za-z]\w*)=(.*)$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** A parser for an option that may be repeated: `percent=20`. */
export function parameterSetting(value: string, before: readonly SetParameter[] = []): readonly SetParameter[] {
  const [, name, text] = SETTING.exec(value) ?? [];
  if (name !== undefined && text !== undefined) return [...before, { name, value: text }];
  throw new InvalidArgumentError("It must be a parameter and its value, such as percent=20.");
}

/**
 * A policy's parameters with those that are set; of one that is set twice the last counts.
 * @throws {InputError} for one that the policy has not, and for a value that is no number where one is needed.
 */
export function parametersOf({ name, parameters }: Policy, set: readonly SetParameter[]): Parameters {
  const own = set.map((one) => [one.name, settledValue(name, parameters, one)] as const);
  return { ...parameters, ...Object.fromEntries(own) };
}

function settledValue(policy: string, parameters: Parameters, { name, value }: SetParameter): number | string {
  const usual = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (usual === undefined) throw unknownParameter(policy, parameters, name);
  if (typeof usual === "string") return value;
  if (NUMBER.test(value)) return Number(value);
  throw new InputError(`--set ${name}=${value}: ${name} of ${policy} is a number: write it as ${name}=${usual}`);
}

function unknownParameter(policy: string, parameters: Parameters, name: string): InputError {
  const names = Object.keys(parameters);
  if (names.length === 0) return new InputError(`--set ${name}: ${policy} has no parameters: leave it out`);
  return new InputError(
    `--set ${name}: ${policy} has no such parameter; there are ${names.join(", ")}. Did you mean ${closest(name, names)}?`,
  );
}
