import { readFile, stat } from "node:fs/promises";
import { LatencyHistogram, RESULT_SCHEMA, Result } from "@grpc-lb-lab/measure";
import * as v from "valibot";
import { ResultFileError, reasonOf } from "./result-file-error.ts";

const SHOWN_ISSUES = 3;
/** Hundreds of times what all experiments under all modes take; a larger file would be read for long, and then refused. */
const MOST_BYTES = 100_000_000;

/**
 * Reads and checks a file that `writeResultFile` wrote.
 * @throws ResultFileError when it is missing, unreadable, not JSON, not a result, made by a newer lab, or wrong in its content.
 */
export async function readResultFile(path: string): Promise<Result> {
  const content = parseJson(path, await readText(path));
  checkSchema(path, content);
  const parsed = v.safeParse(Result, content);
  if (!parsed.success) throw invalid(path, parsed.issues.map(describeIssue));
  const corrupt = parsed.output.runs.findIndex(({ histogram }) => !isHistogram(histogram));
  if (corrupt >= 0) throw invalid(path, [`runs.${corrupt}.histogram: not a compressed HdrHistogram`]);
  return parsed.output;
}

async function readText(path: string): Promise<string> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) throw new ResultFileError(path, "is a folder", "Name the file in it, usually result.json");
    if (stats.size > MOST_BYTES) {
      const reason = `has ${Math.round(stats.size / 1e6)} MB, and a result has ${MOST_BYTES / 1e6} MB at most`;
      throw new ResultFileError(path, reason, "Name a result.json that `lab demo` or `lab run` wrote");
    }
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof ResultFileError) throw error;
    throw new ResultFileError(
      path,
      `cannot be read (${reasonOf(error)})`,
      "Name a result.json that `lab demo` or `lab run` wrote",
      error,
    );
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ResultFileError(
      path,
      `is not JSON: corrupt or cut short (${reasonOf(error)})`,
      "Make it again with `lab demo` or `lab run`",
      error,
    );
  }
}

function checkSchema(path: string, content: unknown): void {
  const schema = v.safeParse(v.object({ schema: v.string() }), content);
  const version = schema.success ? versionOf(schema.output.schema) : undefined;
  if (!schema.success || version === undefined) {
    throw new ResultFileError(
      path,
      `is not a result of the lab (no "schema": "${RESULT_SCHEMA}")`,
      "Name a result.json that `lab demo` or `lab run` wrote",
    );
  }
  const own = versionOf(RESULT_SCHEMA) ?? 0;
  if (version > own) {
    throw new ResultFileError(
      path,
      `was made by a newer lab (${schema.output.schema}); this one reads ${RESULT_SCHEMA}`,
      "Update the lab",
    );
  }
  if (version < own) {
    throw new ResultFileError(
      path,
      `was made by an older lab (${schema.output.schema}); this one reads ${RESULT_SCHEMA}`,
      "Make it again",
    );
  }
}

function versionOf(schema: string): number | undefined {
  const version = /^grpc-lb-lab\/result\/(\d+)$/.exec(schema)?.[1];
  return version === undefined ? undefined : Number(version);
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`;
}

function invalid(path: string, issues: readonly string[]): ResultFileError {
  const more = issues.length > SHOWN_ISSUES ? ` and ${issues.length - SHOWN_ISSUES} more` : "";
  const shown = issues.slice(0, SHOWN_ISSUES).join("; ");
  return new ResultFileError(
    path,
    `is not a valid result: ${shown}${more}`,
    "Make it again with `lab demo` or `lab run`",
  );
}

/** A run without calls has an empty histogram. */
function isHistogram(encoded: string): boolean {
  try {
    return encoded === "" || LatencyHistogram.decode(encoded).count >= 0;
  } catch {
    return false;
  }
}
