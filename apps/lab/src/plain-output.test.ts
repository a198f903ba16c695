import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MODE_NAMES } from "@grpc-lb-lab/modes";
import { describe, expect, it, vi } from "vitest";
import { COMMAND_NAMES } from "./lab-command.ts";
import { print, printable, printJson } from "./print.ts";
import { lab, temporaryFolder } from "./testing/lab-process.ts";

const ASCII = /^[\n -~]*$/;

describe("output that no terminal shows is plain ASCII", () => {
  it.each([
    ...COMMAND_NAMES.map((name) => [name, "--help"]),
    ["modes"],
    ...MODE_NAMES.map((mode) => ["modes", mode]),
    ["policy"],
    ["policy", "fault-abort"],
    ["matrix"],
    ["matrix", "--json"],
    ["modes", "--json"],
    ["run", "plän", "share"],
    ["report", "/does/not/exist/ä…"],
    ["greet", "ä:///x"],
    ["check", "/does/not/exist/日"],
  ])("of lab %s %s", async (...args) => {
    const { stdout, stderr } = await lab(args, { LANG: "en_US.UTF-8" });
    expect(stdout + stderr).toMatch(ASCII);
    expect(stdout + stderr).not.toBe("");
  });

  it("of a demo and its progress, and in an output folder of any name", async () => {
    await using folder = await temporaryFolder();
    const out = join(folder.path, "größe");
    await mkdir(out);
    const args = ["demo", "--modes", "plain,envoy", "--experiments", "share", "--calls", "20", "--out", out];
    const { stdout, stderr } = await lab(args, { ENVOY_BIN: "/does/not/exist/…" });
    expect(stderr).toMatch(ASCII);
    expect(stderr).toMatch(/^ok plain share/m);
    expect(stderr).toMatch(/^- envoy share .*ENVOY_BIN/m);
    expect(stdout).toMatch(ASCII);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it("of results for programs, which are the same for all that", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "größe.yaml");
    await writeFile(file, "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {prots: []}\n");
    const { stdout } = await lab(["check", "--json", file]);
    expect(stdout).toMatch(ASCII);
    expect(JSON.stringify(JSON.parse(stdout))).toContain("größe");
  });
});

describe("printing", () => {
  const stream = (isTTY: boolean) => ({ isTTY, write: vi.fn() }) as unknown as NodeJS.WriteStream;

  it("keeps a text for a terminal that can show it, and spells it otherwise", () => {
    vi.stubEnv("LC_ALL", "C.UTF-8");
    vi.stubEnv("NO_COLOR", "");
    vi.stubEnv("TERM", "xterm");
    expect(printable("✓ 5 µs", stream(true))).toBe("✓ 5 µs");
    expect(printable("✓ 5 µs", stream(false))).toBe("ok 5 us");
    vi.stubEnv("LC_ALL", "C");
    const terminal = stream(true);
    print("✗ größe…", terminal);
    expect(terminal.write).toHaveBeenCalledWith("FAIL gr??e...");
    vi.unstubAllEnvs();
  });

  it("escapes JSON, pairs of surrogates too", () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    printJson({ text: "ü😀\u0007" });
    const [json] = write.mock.calls[0] ?? [];
    write.mockRestore();
    expect(json).toMatch(ASCII);
    expect(JSON.parse(String(json))).toEqual({ text: "ü😀\u0007" });
  });
});
