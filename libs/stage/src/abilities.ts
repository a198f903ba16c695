import type { StageTraits } from "@grpc-lb-lab/stage-api";
import { CONTAINERS } from "./containers/containers-traits.ts";
import { KUBERNETES } from "./kubernetes/kubernetes-traits.ts";
import { LOCAL } from "./local/local-traits.ts";

export { CONTAINERS, KUBERNETES, LOCAL };

/** What is known of every stage before it is made, in the order in which they are shown. */
export const STAGES: readonly StageTraits[] = [LOCAL, CONTAINERS, KUBERNETES];
