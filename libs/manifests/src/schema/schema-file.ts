import { fileURLToPath } from "node:url";

/** The schemas of the versions of Kubernetes and Istio that its name tells, made by write-schemas.ts. */
export const SCHEMA_FILE = fileURLToPath(new URL("../../gen/kubernetes-1.34-istio-1.31.json", import.meta.url));
