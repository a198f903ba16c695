export * from "./input-error.ts";
export * from "./not-started-error.ts";
export * from "./program-unavailable-error.ts";
export * from "./rules-refused-error.ts";
