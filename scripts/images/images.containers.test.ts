import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IMAGE_APPLICATIONS } from "@grpc-lb-lab/cluster/images";
import { describe, expect, it } from "vitest";
import { imageSbom } from "./image-sbom.ts";

const root = join(import.meta.dirname, "../..");
const tag = process.env.TAG || "dev";
const MOST_LAYER_BYTES = 25_000_000;
const inspect = (image: string) => JSON.parse(docker("image", "inspect", image))[0];

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", maxBuffer: 1_000_000_000 });
}

/** As strict as Kubernetes' Pod Security `restricted` and a read-only root file system. */
const STRICT = ["--rm", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "none"];

describe.each(IMAGE_APPLICATIONS)("the image of $name", ({ name }) => {
  const image = `grpc-lb-lab/${name}:${tag}`;

  it("names its user by number, its origin in labels, and starts Node itself", () => {
    const { Config } = inspect(image);
    expect(Config).toMatchObject({ User: "65532:65532", Entrypoint: ["/nodejs/bin/node", "/app/main.ts"] });
    const label = (key: string) => Config.Labels[`org.opencontainers.image.${key}`];
    expect(label("title")).toBe(`grpc-lb-lab/${name}`);
    expect(label("licenses")).toBe("Apache-2.0");
    expect(["description", "version", "revision", "created", "base.name"].map(label)).not.toContain(undefined);
  });

  it("has application layers under 25 MB each", () => {
    const history = docker("history", "--no-trunc", "--human=false", "--format", "{{.Size}}\t{{.CreatedBy}}", image);
    const copies = history.split("\n").filter((line) => line.includes("COPY"));
    expect(copies.length).toBeGreaterThanOrEqual(3);
    for (const copy of copies) expect(Number.parseInt(copy, 10)).toBeLessThan(MOST_LAYER_BYTES);
  });

  it("holds what its SBOM lists and nothing else: no package manager, no shell, nothing of one architecture", async () => {
    const files = filesOf(image);
    const manifests = files.filter((file) =>
      /^app\/(apps|libs|.*node_modules)\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file),
    );
    const listed = JSON.parse(await imageSbom(name, root));
    const folders = [listed.metadata.component, ...listed.components].map((one) => one["bom-ref"]);
    expect(manifests.map((file) => file.slice("app/".length, -"/package.json".length)).sort()).toEqual(folders.sort());
    expect(files.filter((file) => /(^|\/)(npm|npx|yarn|sh|bash|env)$/.test(file))).toEqual([]);
    expect(files.filter((file) => file.startsWith("app/") && /\.(node|so)$/.test(file))).toEqual([]);
  });

  it("runs as any user of group 0, as OpenShift assigns them", () => {
    const anybody = [...STRICT, "--user", "1000660000:0"];
    const [env, args] = name === "lab" ? [[], ["modes"]] : [["--env", "ADMIN_PORT=none"], []];
    const { status, stdout, stderr } = spawnSync("docker", ["run", ...anybody, ...env, image, ...args], {
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).toContain(name === "lab" ? "proxyless" : "ADMIN_PORT");
    expect(status).toBe(name === "lab" ? 0 : 2);
  });

  it("is accompanied by its SBOM", async () => {
    expect(readFileSync(join(root, `out/images/${name}.cdx.json`), "utf8").trim()).toBe(await imageSbom(name, root));
  });
});

/** Every file of an image, without its leading slash. */
function filesOf(image: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "lab-image-"));
  const container = docker("create", image).trim();
  try {
    docker("export", "--output", join(folder, "image.tar"), container);
    return execFileSync("tar", ["-tf", join(folder, "image.tar")], { encoding: "utf8", maxBuffer: 100_000_000 }).split(
      "\n",
    );
  } finally {
    docker("rm", container);
    rmSync(folder, { recursive: true });
  }
}

describe("the image of lab", () => {
  const lab = (...args: string[]) =>
    spawnSync("docker", ["run", ...STRICT, `grpc-lb-lab/lab:${tag}`, ...args], { encoding: "utf8" });

  it("has lab on its PATH, which needs neither a shell nor env", () => {
    const { status, stdout } = spawnSync(
      "docker",
      ["run", ...STRICT, "--entrypoint", "lab", `grpc-lb-lab/lab:${tag}`, "modes"],
      { encoding: "utf8" },
    );
    expect(stdout).toContain("proxyless");
    expect(status).toBe(0);
  });

  it("runs a mode inside itself", () => {
    const { status, stdout, stderr } = lab("run", "watch", "share", "--calls", "100", "--out", "/dev/shm/out");
    expect(stderr).toContain("Report:");
    expect(stdout).toContain("every pod answers the same number of calls");
    expect(status).toBe(0);
  });

  it("exits 2 with one line on bad input", () => {
    const { status, stderr } = lab("run", "sideways", "share");
    expect(stderr.trim().split("\n")[0]).toContain("sideways");
    expect(status).toBe(2);
  });
});
