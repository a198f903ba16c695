/** The image of the lab's backend, which `make images` makes. */
export const BACKEND = `grpc-lb-lab/backend:${process.env.TAG || "dev"}`;
