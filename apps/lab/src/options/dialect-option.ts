import type { Dialect } from "@grpc-lb-lab/stage-api";
import { Option } from "commander";
import { listOf } from "./choices.ts";

/** A dialect as one types it: `grpc-service-config`, `istio`. */
export function typedDialect(dialect: Dialect): string {
  return dialect.toLowerCase().replaceAll(" ", "-");
}

/** `--dialect`, of those that there are; default: all of them. */
export function dialectOption(dialects: readonly Dialect[]): Option {
  const parse = listOf("dialect", dialects.map(typedDialect));
  return new Option("--dialect <list>", `any of ${dialects.map(typedDialect).join(",")}`).argParser((value) => {
    const typed = parse(value);
    return dialects.filter((dialect) => typed.includes(typedDialect(dialect)));
  });
}
