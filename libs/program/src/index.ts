export type { Binary } from "./checked-binary.ts";
export { type WheelProgram, wheelProgram } from "./wheel-program.ts";
export type { WheelProgramDeclaration } from "./wheel-program-declaration.ts";
