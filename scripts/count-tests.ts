import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Prints how many tests passed and failed in the JSON reports of a folder; none at all is a failure. */
const folder = process.argv[2] ?? "";
const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
const sum = (field: string) => reports.reduce((total, report) => total + Number(report[field]), 0);
const passed = sum("numPassedTests");
console.log(passed, passed === 0 ? 1 : sum("numFailedTests"));
