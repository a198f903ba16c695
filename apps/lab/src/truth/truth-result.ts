import { columnName, isAsRecorded, type Policy, TRUTH_SCHEMA, type TruthResult } from "@grpc-lb-lab/policies";

/** What a result is made of. */
export interface TruthParts extends Pick<TruthResult, "stage" | "versions" | "cells"> {
  readonly policies: readonly Policy[];
  readonly startedAt: Date;
}

/** What was tried, as plain data. */
export function truthResult({ stage, policies, startedAt, versions, cells }: TruthParts): TruthResult {
  const columns = cells.map(({ mode, dialect }) => ({ mode, dialect }));
  return {
    schema: TRUTH_SCHEMA,
    ok: cells.every(isAsRecorded),
    stage,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    versions,
    policies: policies.map(policyTexts),
    columns: [...new Map(columns.map((column) => [columnName(column), column])).values()],
    cells,
  };
}

/** What a policy says of itself, with its parameters. */
function policyTexts({ name, title, parameters, source, asks }: Policy): TruthResult["policies"][number] {
  return { name, title, asks: asks(parameters), source };
}
