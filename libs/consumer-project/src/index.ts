export { ConsumerProject, type ConsumerProjectOptions, type TypecheckOptions } from "./consumer-project.ts";
export { readmeExample } from "./readme-example.ts";
