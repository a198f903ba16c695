import type { Policy } from "@grpc-lb-lab/policies";
import { Argument, Option } from "commander";
import { listOf, oneOf } from "./choices.ts";
import { named, namesOf } from "./named.ts";

/** The argument that names a policy, which may be left out. */
export function policyArgument(policies: readonly Policy[]): Argument {
  const parse = oneOf("policy", namesOf(policies));
  return new Argument("[policy]", `one of ${namesOf(policies).join(", ")}`).argParser((value) =>
    named(parse(value), policies),
  );
}

/** `--policies`; default: all of them. */
export function policiesOption(policies: readonly Policy[]): Option {
  const parse = listOf("policy", namesOf(policies));
  return new Option("--policies <list>", `any of ${namesOf(policies).join(",")}`)
    .argParser((value) => parse(value).map((name) => named(name, policies)))
    .default(policies, "all of them");
}

/** `--rules`: a policy that is in force while something runs; default: none. */
export function rulesOption(policies: readonly Policy[]): Option {
  const parse = oneOf("policy", namesOf(policies));
  return new Option("--rules <policy>", "a traffic policy that is in force meanwhile; lab policy lists them").argParser(
    (value) => named(parse(value), policies),
  );
}
