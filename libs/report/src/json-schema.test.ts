import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { JSON_SCHEMA_FILE, resultJsonSchemaText } from "./json-schema.ts";
import { demoResult } from "./testing/demo-result.ts";

const published = await readFile(JSON_SCHEMA_FILE, "utf8");
const isDateTime = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));
const validate = new Ajv2020({ allErrors: true, formats: { "date-time": isDateTime } }).compile(JSON.parse(published));

/** The demo's result as a file holds it. */
function stored(): Record<string, unknown> {
  return JSON.parse(JSON.stringify(demoResult()));
}

/** The demo's result with fields of its first run replaced. */
function withRun(fields: Readonly<Record<string, unknown>>): unknown {
  const [first, ...others] = demoResult().runs;
  return { ...stored(), runs: [{ ...first, ...fields }, ...others] };
}

/** Where the schema finds faults, in the order of finding. */
function faults(result: unknown): string[] {
  validate(result);
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

describe("the published JSON schema", () => {
  it("is up to date (npm run generate -w libs/report)", () => {
    expect(published).toBe(resultJsonSchemaText());
  });

  it("accepts a demo's result", () => {
    expect(faults(stored())).toEqual([]);
  });

  it.each([
    ["another schema version", { ...stored(), schema: "grpc-lb-lab/result/2" }, "/schema"],
    ["no runs", { ...stored(), runs: undefined }, ""],
    ["a time that is none", { ...stored(), startedAt: "yesterday" }, "/startedAt"],
    ["an unknown status", withRun({ status: "fine" }), "/runs/0/status"],
    ["half a call", withRun({ pods: [{ pod: "a", zone: "", version: "", calls: 0.5 }] }), "/runs/0/pods/0/calls"],
    [
      "an expectation without a bound",
      withRun({ expectations: [{ id: "a", what: "", measured: "", ok: true }] }),
      "/runs/0/expectations/0",
    ],
    [
      "a negative latency",
      withRun({ latencyMs: { ...demoResult().runs[0]?.latencyMs, p99: -1 } }),
      "/runs/0/latencyMs/p99",
    ],
  ])("refuses %s", (_, result, path) => {
    expect(faults(JSON.parse(JSON.stringify(result)))).toContain(path);
  });
});
