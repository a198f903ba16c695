import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ProgramUnavailableError } from "@grpc-lb-lab/input-error";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findProgram } from "./find-program.ts";
import { ENVOY_LIKE } from "./testing/envoy-like.ts";

const findEnvoy = findProgram.bind(undefined, ENVOY_LIKE);

/** What a script prints on `--version` to pass for an Envoy. */
const printsVersion = (version: string) =>
  `#!/bin/sh\necho "envoy  version: 9e55/${version}/Clean/RELEASE/BoringSSL"\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-envoy-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function script(text: string, mode = 0o755): Promise<string> {
  const path = join(folder, "envoy");
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

async function refusal(env: NodeJS.ProcessEnv): Promise<string> {
  const error = await findEnvoy(env).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProgramUnavailableError);
  return (error as Error).message;
}

test("ENVOY_BIN goes before the PATH", async () => {
  const path = await script(printsVersion("1.36.2"));
  expect(await findEnvoy({ ENVOY_BIN: path, PATH: "/nowhere" })).toEqual({
    path,
    version: "1.36.2",
  });
});

test("envoy is found on the PATH, past folders without one", async () => {
  const path = await script(printsVersion("2.0.0-dev"));
  expect(await findEnvoy({ ENVOY_BIN: "", PATH: `/nowhere::${dirname(path)}` })).toEqual({
    path,
    version: "2.0.0-dev",
  });
});

describe("what cannot be used is refused with the reason and the remedy", () => {
  test("ENVOY_BIN names nothing", async () => {
    expect(await refusal({ ENVOY_BIN: "/nowhere/envoy" })).toMatch(
      /^ENVOY_BIN names \/nowhere\/envoy, which does not exist\. Set ENVOY_BIN .* or unset it/,
    );
  });

  test("ENVOY_BIN names a folder or a file that is not executable", async () => {
    expect(await refusal({ ENVOY_BIN: folder })).toContain("not an executable file");
    expect(await refusal({ ENVOY_BIN: await script(printsVersion("1.40.0"), 0o644) })).toContain(
      "not an executable file",
    );
  });

  test("the file is not an Envoy", async () => {
    const path = await script("#!/bin/sh\necho hello\n");
    expect(await refusal({ ENVOY_BIN: path })).toContain(
      `${path} (from ENVOY_BIN) is not Envoy: --version printed "hello"`,
    );
  });

  test("the file does not run", async () => {
    const path = await script("#!/bin/sh\necho bad library >&2\nexit 127\n");
    expect(await refusal({ ENVOY_BIN: path })).toMatch(/does not run: .*bad library/s);
  });

  test.each(["1.35.9", "0.99.0"])("Envoy %s is older than needed, from either source", async (version) => {
    const path = await script(printsVersion(version));
    const reason = `is Envoy ${version}, but lab needs 1.36 or newer`;
    expect(await refusal({ ENVOY_BIN: path })).toMatch(/^wrong version: /);
    expect(await refusal({ ENVOY_BIN: path })).toContain(reason);
    expect(await refusal({ PATH: dirname(path) })).toContain(reason);
  });
});

test("an aborted search rejects with the signal's reason", async () => {
  const path = await script(printsVersion("1.40.0"));
  const reason = new Error("enough");
  await expect(findEnvoy({ ENVOY_BIN: path }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
