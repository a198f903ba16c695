import { join } from "node:path";
import { imageSbom } from "./image-sbom.ts";

/** Prints the SBOM of an application's image: `sbom.ts backend`. */
console.log(await imageSbom(process.argv[2] ?? "", join(import.meta.dirname, "../..")));
