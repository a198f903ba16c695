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
