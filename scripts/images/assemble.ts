import { join } from "node:path";
import { IMAGE_APPLICATIONS } from "@grpc-lb-lab/cluster/images";
import { assembleImage } from "./assemble-image.ts";

/** Assembles the build contexts of all images in a folder, and prints a line for each: name and description, separated by a tab. */
const root = join(import.meta.dirname, "../..");
const folder = process.argv[2] ?? join(root, "out/images");
for (const { name, description } of IMAGE_APPLICATIONS) {
  await assembleImage(name, { root, context: join(folder, name) });
  console.log(`${name}\t${description}`);
}
