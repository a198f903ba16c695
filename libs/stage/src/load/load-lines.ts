// What `lab load` reads and writes, apart from the stages: the program starts with every run, and needs none of them.
export * from "./load-message.ts";
export * from "./load-spec.ts";
