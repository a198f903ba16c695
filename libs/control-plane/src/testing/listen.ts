import { ControlPlane } from "../control-plane.ts";
import type { MeshService } from "../model/mesh-model.ts";
import type { HandClient } from "./hand-client.ts";
import { BACKEND_CLUSTER, BACKEND_LISTENER, modelOf } from "./models.ts";

/** Starts a control plane at a free port with these services. */
export function listen(...services: readonly MeshService[]): Promise<ControlPlane> {
  return ControlPlane.listen({ model: modelOf(...services) });
}

/** Subscribes to {@link BACKEND_LISTENER} and what it leads to as a gRPC client does, and accepts what comes. */
export async function subscribeAll(client: HandClient): Promise<void> {
  await client.take("LDS", [BACKEND_LISTENER]);
  await client.take("RDS", [BACKEND_CLUSTER]);
  await client.take("CDS", [BACKEND_CLUSTER]);
  await client.take("EDS", [BACKEND_CLUSTER]);
}
