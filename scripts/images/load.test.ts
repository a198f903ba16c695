import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageNames } from "@grpc-lb-lab/cluster/images";
import { MODES } from "@grpc-lb-lab/modes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../walkthrough/testing/make-target.ts";

const IMAGES = imageNames(MODES.flatMap(({ programs }) => programs)).map((name) => `grpc-lb-lab/${name}:dev`);
/** Programs that load.sh runs beside those that a test stands in for. */
const REAL = ["bash", "dirname", "grep", "mktemp", "rm"];

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "lab-load-"));
  for (const name of REAL) symlinkSync(findProgram(name), join(path, name));
  symlinkSync(process.execPath, join(path, "node"));
  writeFileSync(join(path, "asked"), "");
  standIn("kind", 'case "$1 $2" in "get clusters") echo lab ;; esac');
});
afterEach(() => rmSync(path, { recursive: true }));

function findProgram(name: string): string {
  const folder = ["/usr/local/bin", "/usr/bin", "/bin"].find((one) => {
    try {
      return readFileSync(join(one, name)).length > 0;
    } catch {
      return false;
    }
  });
  if (folder === undefined) throw new Error(`${name} is not installed`);
  return join(folder, name);
}

/** Puts a program on the PATH that notes what it is asked, and answers by `script`. */
function standIn(program: string, script: string): void {
  const file = join(path, program);
  writeFileSync(file, `#!${join(path, "bash")}\necho "${program} $*" >>"${join(path, "asked")}"\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A Docker with these images. */
function docker(images: readonly string[], { store = "overlay2", save = "" } = {}): void {
  standIn(
    "docker",
    `case "$1" in
      --version) echo "Docker version 29.1.3, build f52814d" ;;
      info) echo "[[driver-type ${store}]]" ;;
      version) echo linux/amd64 ;;
      image) ${has(images)} ;;
      save) ${save || ":"} ;;
    esac`,
  );
}

/** A podman with images under these names. */
function podman(images: readonly string[]): void {
  standIn("podman", `case "$1" in --version) echo "podman version 5.4.0" ;; image) ${has(images)} ;; esac`);
}

const has = (images: readonly string[]) =>
  `case "$3" in ${images.length === 0 ? "nothing" : images.join("|")}) ;; *) exit 1 ;; esac`;

async function load(env: NodeJS.ProcessEnv = {}) {
  const provider = { KIND_EXPERIMENTAL_PROVIDER: undefined, PLATFORM: undefined, CLUSTER: undefined };
  const ended = await runCommand(join(path, "bash"), ["scripts/images/load.sh"], { ...provider, ...env, PATH: path });
  const asked = readFileSync(join(path, "asked"), "utf8").replace(/\S+\/images\.tar/g, "ARCHIVE");
  // What changes something or takes long; the rest looks.
  const done = asked.split("\n").filter((line) => /^(kind load|\w+ (save|tag)) /.test(line));
  return { ...ended, done };
}

describe("make load", () => {
  it("leaves it to kind with Docker's own image store", async () => {
    docker(IMAGES);
    expect(await load()).toMatchObject({
      status: 0,
      done: [`kind load docker-image ${IMAGES.join(" ")} --name lab`],
    });
  });

  it("loads an archive of one platform with the containerd image store", async () => {
    docker(IMAGES, { store: "io.containerd.snapshotter.v1" });
    const save = (platform: string) => `docker save --platform ${platform} --output ARCHIVE ${IMAGES.join(" ")}`;
    const into = "kind load image-archive ARCHIVE --name lab";
    expect(await load()).toMatchObject({ status: 0, done: [save("linux/amd64"), into] });
    const { done } = await load({ PLATFORM: "linux/arm64" });
    expect(done.slice(2)).toEqual([save("linux/arm64"), into]);
  });

  it("says what to do where that store cannot save one platform", async () => {
    const unknown = "echo 'unknown flag: --platform' >&2; exit 125";
    docker(IMAGES, { store: "io.containerd.snapshotter.v1", save: unknown });
    const { status, stderr, done } = await load();
    expect(stderr).toMatch(
      /^unknown flag: --platform\nload: Docker's containerd image store cannot save .*28 or newer/,
    );
    expect(done).not.toContain(expect.stringContaining("kind load"));
    expect(status).toBe(2);
  });

  it("loads an archive of podman's images, under the names that nodes look for", async () => {
    podman(IMAGES.map((image) => `localhost/${image}`));
    const full = IMAGES.map((image) => `docker.io/${image}`);
    const { status, stderr, done } = await load({ KIND_EXPERIMENTAL_PROVIDER: "podman" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(done).toEqual([
      ...IMAGES.map((image) => `podman tag localhost/${image} docker.io/${image}`),
      `podman save --multi-image-archive --output ARCHIVE ${full.join(" ")}`,
      "kind load image-archive ARCHIVE --name lab",
    ]);
  });

  it("takes podman where docker is but another name of it, as kind does", async () => {
    podman(IMAGES.map((image) => `docker.io/${image}`));
    symlinkSync(join(path, "podman"), join(path, "docker"));
    expect((await load()).done.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "podman save",
      "kind load",
    ]);
  });

  it.each([
    ["no image in Docker", {}, "docker has no image grpc-lb-lab/backend:dev: run make images TAG=dev"],
    [
      "an image in Docker, not in podman",
      { KIND_EXPERIMENTAL_PROVIDER: "podman" },
      "podman has no image grpc-lb-lab/backend:dev: run make images TAG=dev, then docker save grpc-lb-lab/backend:dev | podman load",
    ],
    [
      "another engine",
      { KIND_EXPERIMENTAL_PROVIDER: "nerdctl" },
      "KIND_EXPERIMENTAL_PROVIDER is nerdctl: make load supports docker and podman only; use one of them, or make push REGISTRY=… and name the registry when you deploy",
    ],
    [
      "no such cluster",
      { CLUSTER: "kind" },
      "there is no kind cluster kind under docker: make one with make cluster, or name yours, as in CLUSTER=kind",
    ],
  ])("says what to do: %s", async (_, env, message) => {
    docker([]);
    podman([]);
    expect(await load(env)).toMatchObject({ status: 2, stderr: `load: ${message}\n`, done: [] });
  });

  it("says that there is neither engine", async () => {
    expect(await load()).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^load: podman is not installed: install Docker or podman/),
    });
  });
});
