export * from "./modes.ts";
export { pingTimeoutMs } from "./path/client-channel.ts";
export * from "./path/path-traits.ts";
export { programOf } from "./program-of.ts";
export { yamlText } from "./yaml-text.ts";
