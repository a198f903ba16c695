export { type CheckOptions, checkManifests, type Problem } from "./check-manifests.ts";
export { readInputs } from "./read-inputs.ts";
export { RULES } from "./rules/index.ts";
