import { describeEnvironment } from "../environment.ts";
import type { ProgramsOnce } from "../programs-once.ts";

/** The versions of what took part in trials, by name. */
export function versionsOf(
  programs: ProgramsOnce,
  ofStage: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { node, grpcJs, grpcJsXds } = describeEnvironment(null);
  return { "Node.js": node, "grpc-js": grpcJs, "grpc-js-xds": grpcJsXds, ...programs.versions, ...ofStage };
}
