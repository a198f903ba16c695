import { imageNames } from "@grpc-lb-lab/cluster/images";
import { MODES } from "@grpc-lb-lab/modes";

/** Prints the names of the images, one a line: those of the applications and of the modes' programs; with `programs`, the latter alone. */
const programs = MODES.flatMap((mode) => mode.programs);
const names = process.argv[2] === "programs" ? new Set(programs) : imageNames(programs);
for (const name of names) console.log(name);
