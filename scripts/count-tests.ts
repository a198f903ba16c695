import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is read of Vitest's JSON report (https://vitest.dev/guide/reporters.html#json-reporter). */
type Report = {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
};

/**
 * Prints how many tests passed and failed in the JSON reports of a folder; none at all is a failure. Names each failure on stderr,
 * with the first line of what it said: a step's own output is long, and its end is all that some see.
 */
const folder = process.argv[2] ?? "";
const reports: Report[] = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
for (const file of reports.flatMap(({ testResults }) => testResults).filter(({ status }) => status === "failed")) {
  const tests = file.assertionResults.filter(({ status }) => status === "failed");
  for (const { fullName, failureMessages } of tests)
    console.error(`failed: ${file.name} > ${fullName}: ${firstLine(failureMessages[0])}`);
  if (tests.length === 0) console.error(`failed: ${file.name}: ${firstLine(file.message)}`);
}
const sum = (field: "numPassedTests" | "numFailedTests") => reports.reduce((total, report) => total + report[field], 0);
const passed = sum("numPassedTests");
console.log(passed, passed === 0 ? 1 : sum("numFailedTests"));

function firstLine(message = ""): string {
  return message.split("\n", 1)[0] ?? "";
}
