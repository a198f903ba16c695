export * from "./modes.ts";
export { AS_IT_IS } from "./path/as-it-is.ts";
export { pingTimeoutMs } from "./path/client-channel.ts";
export * from "./path/path-traits.ts";
export { undisturbedPath } from "./path/undisturbed-path.ts";
export { programOf } from "./program-of.ts";
export { yamlText } from "./yaml-text.ts";
