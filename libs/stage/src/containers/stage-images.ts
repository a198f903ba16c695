import type { ModeName } from "../mode.ts";

/** The images that the stage runs. */
export interface StageImages {
  readonly backend: string;
  readonly lab: string;
  readonly envoy: string;
}

/** The lab's own images with a tag. */
export function stageImages(tag: string): StageImages {
  return { backend: `grpc-lb-lab/backend:${tag}`, lab: `grpc-lb-lab/lab:${tag}`, envoy: `grpc-lb-lab/envoy:${tag}` };
}

/** Those of them that a mode needs. */
export function imagesOf(mode: ModeName, { backend, lab, envoy }: StageImages): readonly string[] {
  return mode === "envoy" || mode === "sidecar" ? [backend, lab, envoy] : [backend, lab];
}
