import { chmod, mkdir, mkdtempDisposable, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderHtml } from "./html/render-html.ts";
import { readResultFile } from "./read-result-file.ts";
import { ResultFileError } from "./result-file-error.ts";
import { renderComparison } from "./terminal/render-comparison.ts";
import { demoResult } from "./testing/demo-result.ts";
import { ensureWritable, writeResultFile, writeTextFile } from "./write-result-file.ts";

const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), "grpc-lb-lab-report-"));

/** Reads a file with the given text and gives the message of the error that follows. */
async function refusal(text: string): Promise<string> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "result.json");
  await writeFile(path, text);
  const error: unknown = await readResultFile(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ResultFileError);
  const { message } = error as ResultFileError;
  expect(message.startsWith(`${path}: `)).toBe(true);
  return message.slice(path.length + 2);
}

describe("readResultFile", () => {
  it("gives back what writeResultFile wrote, which is indented and alone in its folder", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "result.json");
    await writeResultFile(path, demoResult(2));
    await writeResultFile(path, demoResult());
    // As JSON, because a file does not tell an absent reason from an undefined one.
    expect(JSON.stringify(await readResultFile(path))).toBe(JSON.stringify(await rewritten(path)));
    expect((await readResultFile(path)).runs).toHaveLength(24);
    expect((await readResultFile(path)).seed).toBe(1);
    expect(await readFile(path, "utf8")).toContain('\n  "schema": "grpc-lb-lab/result/1"');
    expect(await readdir(folder.path)).toEqual(["result.json"]);
  });

  it("reads a file of an older lab, without figures and without a baseline, and it is shown all the same", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "result.json");
    const isNew = new Set(["figures", "isBaseline"]);
    await writeFile(
      path,
      JSON.stringify(demoResult(), (key, value) => (isNew.has(key) ? undefined : value)),
    );
    const results = [{ name: path, result: await readResultFile(path) }];
    expect(results[0]?.result.runs[0]?.figures).toEqual([]);
    expect(results[0]?.result.modes[1]?.isBaseline).toBe(false);
    const text = renderComparison(results, { columns: 80, color: false, unicode: true });
    expect(text).toMatch(/^mode {6}verdict\n─+\nplain {5}✓ as expected\n/);
    expect(text).toContain("✗ envoy rollout: rollout-failures");
    expect(text).toContain("plain: One pod answered every call");
    expect(renderHtml(results)).toContain("The results contain no figures to compare.");
  });

  it("names a file that does not exist", async () => {
    await expect(readResultFile("/nowhere/result.json")).rejects.toThrow(
      /^\/nowhere\/result\.json: cannot be read \(ENOENT.*`lab demo`/,
    );
  });

  it("tells a folder from a file", async () => {
    await using folder = await temporaryFolder();
    await expect(readResultFile(folder.path)).rejects.toThrow(/is a folder\. Name the file in it/);
  });

  it("refuses a file that is far too large for a result, unread", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "large.json");
    await writeFile(path, "");
    await truncate(path, 300_000_000);
    await expect(readResultFile(path)).rejects.toThrow(
      /large\.json: has 300 MB, and a result has 100 MB at most\. Name /,
    );
  });

  it("tells a truncated file from one that is no result", async () => {
    const text = JSON.stringify(demoResult());
    expect(await refusal(text.slice(0, text.length / 2))).toMatch(/^is not JSON: corrupt or cut short/);
    expect(await refusal("")).toMatch(/^is not JSON/);
    expect(await refusal('{"name":"package"}')).toMatch(/^is not a result of the lab/);
    expect(await refusal("[]")).toMatch(/^is not a result of the lab/);
    expect(await refusal('{"schema":"else/1"}')).toMatch(/^is not a result of the lab/);
  });

  it("refuses another version of the schema before it looks at the content", async () => {
    const newer =
      "was made by a newer lab (grpc-lb-lab/result/2); this one reads grpc-lb-lab/result/1. Update the lab.";
    expect(await refusal('{"schema":"grpc-lb-lab/result/2"}')).toBe(newer);
    expect(await refusal('{"schema":"grpc-lb-lab/result/10"}')).toMatch(/newer lab/);
    expect(await refusal('{"schema":"grpc-lb-lab/result/0"}')).toMatch(/older lab/);
  });

  it("names the first fields that are wrong and counts the others", async () => {
    const { environment, ...rest } = demoResult();
    const broken = { ...rest, ok: "yes", seed: -1, durationMs: null };
    expect(await refusal(JSON.stringify(broken))).toMatch(
      /^is not a valid result: ok: .*; durationMs: .*; seed: .* and 1 more\./,
    );
    expect(environment.cpus).toBe(2);
  });

  it("refuses a histogram that cannot be decoded", async () => {
    const result = demoResult();
    const runs = result.runs.map((run, index) => (index === 3 ? { ...run, histogram: "SGVsbG8=" } : run));
    expect(await refusal(JSON.stringify({ ...result, runs }))).toMatch(
      /runs\.3\.histogram: not a compressed HdrHistogram/,
    );
  });
});

describe("writing", () => {
  it("replaces a text file as a whole", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "report.html");
    await writeTextFile(path, "a longer first text");
    await writeTextFile(path, "<p>é</p>");
    expect(await readFile(path, "utf8")).toBe("<p>é</p>");
    expect(await readdir(folder.path)).toEqual(["report.html"]);
  });

  it("names the folder, the reason and the remedy where it cannot write, and leaves nothing behind", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "missing", "result.json");
    await expect(writeResultFile(path, demoResult())).rejects.toThrow(
      /cannot be written \(ENOENT.*choose another with --out/,
    );
    await mkdir(join(folder.path, "result.json"));
    await expect(writeResultFile(join(folder.path, "result.json"), demoResult())).rejects.toThrow(ResultFileError);
    expect(await readdir(folder.path)).toEqual(["result.json"]);
  });

  it("makes the output folder before a run and leaves no probe in it", async () => {
    await using folder = await temporaryFolder();
    const out = join(folder.path, "out", "demo");
    await ensureWritable(out);
    expect(await readdir(out)).toEqual([]);
  });

  it("refuses a folder that the system will not have made, at once", async () => {
    await expect(ensureWritable("/proc/out")).rejects.toThrow(/out: is not a writable folder/);
  });

  it("refuses a file in place of the output folder", async () => {
    await using folder = await temporaryFolder();
    const out = join(folder.path, "out");
    await writeFile(out, "");
    await expect(ensureWritable(out)).rejects.toThrow(/out: is not a writable folder \(EEXIST.*--out/);
  });

  it.skipIf(process.getuid?.() === 0)("refuses a folder without permission to write", async () => {
    await using folder = await temporaryFolder();
    await chmod(folder.path, 0o500);
    await expect(ensureWritable(folder.path)).rejects.toThrow(/is not a writable folder \(EACCES/);
    await chmod(folder.path, 0o700);
  });
});

async function rewritten(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}
