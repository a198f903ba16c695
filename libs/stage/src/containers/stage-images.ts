import { imageName } from "@grpc-lb-lab/cluster/images";
import type { App, Mode } from "@grpc-lb-lab/stage-api";
import { imageOfApp } from "../deployment/app-images.ts";

/** The images that the stage runs. */
export interface StageImages {
  /** That of an application that pods run. */
  ofApp(app: App): string;
  readonly lab: string;
  /** That of a program which is not the lab's own, by its name. */
  ofProgram(name: string): string;
}

/** The lab's own images with a tag. */
export function stageImages(tag: string): StageImages {
  return {
    ofApp: (app) => imageOf(imageOfApp(app), tag),
    lab: imageOf("lab", tag),
    ofProgram: (name) => imageOf(name, tag),
  };
}

/** Those that a mode needs whose pods run an application: the stage's own, and one for each of the mode's programs. */
export function imagesOf({ programs }: Pick<Mode, "programs">, app: App, tag: string): readonly string[] {
  return [imageOfApp(app), "lab", ...programs].map((name) => imageOf(name, tag));
}

function imageOf(name: string, tag: string): string {
  return `${imageName(name)}:${tag}`;
}
