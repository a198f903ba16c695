import { execFileSync } from "node:child_process";
import { IMAGE_APPLICATIONS } from "@grpc-lb-lab/cluster/images";

/** Prints the table of the images' layers as Markdown: sizes as the engine has them, uncompressed. */
const tag = process.argv[2] ?? "dev";
const MEGABYTE = 1_000_000;

/** The layers that the Dockerfile copies, by the folder that it copies them from. */
const LAYERS = ["shared", "own", "sources"];

function layerBytes(image: string): { total: number; layers: number[] } {
  const format = "{{.Size}}\t{{.CreatedBy}}";
  const history = execFileSync("docker", ["history", "--no-trunc", "--human=false", "--format", format, image], {
    encoding: "utf8",
  });
  const rows = history
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  // The step that made a layer comes with the folder's checksum or name, by which builder it was: only the order is the same.
  const copies = rows
    .filter(([, step]) => /COPY/.test(step ?? ""))
    .map(([size]) => Number(size))
    .toReversed();
  return { total: rows.reduce((sum, [size]) => sum + Number(size), 0), layers: copies.slice(-LAYERS.length) };
}

const megabytes = (bytes: number | undefined) => ((bytes ?? 0) / MEGABYTE).toFixed(1);

console.log("| image | base | dependencies that all have | other dependencies | sources | in all |");
console.log("|---|---:|---:|---:|---:|---:|");
for (const { name } of IMAGE_APPLICATIONS) {
  const { total, layers } = layerBytes(`grpc-lb-lab/${name}:${tag}`);
  const base = total - layers.reduce((sum, size) => sum + size, 0);
  console.log(`| ${name} | ${[base, ...layers, total].map(megabytes).join(" | ")} |`);
}
