import type { Program } from "@grpc-lb-lab/stage-api";

/** The program of the proxy between that a mode has: what `program.ts` in its folder exports. */
export async function programOf(mode: string): Promise<Program> {
  const { program }: { readonly program: Program } = await import(`./${mode}/program.ts`);
  return program;
}
