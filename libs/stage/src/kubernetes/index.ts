export type { KubernetesDeployment } from "./kubernetes-deployment.ts";
export * from "./kubernetes-stage.ts";
