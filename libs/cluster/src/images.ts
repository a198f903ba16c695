/** An application that is shipped as an image. */
export interface ImageApplication {
  /** Its folder in apps/, and the image's name. */
  readonly name: string;
  /** The image's label `org.opencontainers.image.description`. */
  readonly description: string;
}

/** The applications that have an image, `grpc-lb-lab/<name>`. */
export const IMAGE_APPLICATIONS: readonly ImageApplication[] = [
  { name: "backend", description: "The pods whose load is balanced" },
  { name: "frontend", description: "The public edge: REST, gRPC, gRPC-Web, Connect and the live page" },
  { name: "echo", description: "Istio's EchoTestService" },
  { name: "lab", description: "The command line and its load program" },
];

/** The image of an application, or of a program that a mode brings, where no registry is named. */
export function imageName(name: string): string {
  return `grpc-lb-lab/${name}`;
}

/** The names of all images: the lab's own, and those of the modes' programs. */
export function imageNames(programs: readonly string[]): string[] {
  return [...new Set([...IMAGE_APPLICATIONS.map(({ name }) => name), ...programs])];
}
