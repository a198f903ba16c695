import {
  ErrorCount,
  Expectation,
  Figure,
  Knob,
  LoadSchedule,
  Phase,
  PodCalls,
  Result,
  RunEvent,
  RunResult,
  Timeline,
} from "@grpc-lb-lab/measure";
import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";

/** Where the published schema lives. */
export const JSON_SCHEMA_FILE = new URL("../../../docs/result.schema.json", import.meta.url);

/**
 * The JSON Schema (draft 2020-12) of result files, made from the schema that {@link readResultFile} checks with. `isoTimestamp`
 * becomes `format: date-time`, which a validator checks only where formats are switched on.
 */
export function resultJsonSchema(): JsonSchema {
  const { $schema, ...schema } = toJsonSchema(Result, {
    target: "draft-2020-12",
    definitions: {
      ErrorCount,
      Expectation,
      Figure,
      Knob,
      LoadSchedule,
      Phase,
      PodCalls,
      RunEvent,
      RunResult,
      Timeline,
    },
  });
  return {
    ...($schema === undefined ? {} : { $schema }),
    title: "grpc-lb-lab result",
    description:
      "What `lab demo` and `lab run` write to result.json: the runs of a demo, everything that a report needs.",
    ...schema,
  };
}

/** The text of {@link JSON_SCHEMA_FILE}. */
export function resultJsonSchemaText(): string {
  return `${JSON.stringify(resultJsonSchema(), null, 2)}\n`;
}
