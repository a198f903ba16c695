import type { Dialect, Rules, RulesIn } from "@grpc-lb-lab/stage-api";

/** Rules in the dialect of a proxy; undefined where there are none, or in another, which the stage applies. */
export function rulesIn<D extends Dialect>(dialect: D, rules: Rules | undefined): RulesIn<D> | undefined {
  return isIn(dialect, rules) ? rules : undefined;
}

function isIn<D extends Dialect>(dialect: D, rules: Rules | undefined): rules is RulesIn<D> {
  return rules?.dialect === dialect;
}
