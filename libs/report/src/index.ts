export type { NamedResult } from "./comparison.ts";
export { renderHtml } from "./html/render-html.ts";
export { type LatencyBucket, latencyBuckets } from "./latency-buckets.ts";
export { readResultFile } from "./read-result-file.ts";
export { ResultFileError } from "./result-file-error.ts";
export type { TerminalOptions } from "./terminal/pen.ts";
export { renderComparison } from "./terminal/render-comparison.ts";
export { renderRun } from "./terminal/render-run.ts";
export { ensureWritable, writeResultFile, writeTextFile } from "./write-result-file.ts";
