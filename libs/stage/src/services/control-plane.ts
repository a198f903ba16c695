import { ControlPlane, type MeshModel } from "@grpc-lb-lab/control-plane";
import { InputError } from "@grpc-lb-lab/stage-api";
import * as v from "valibot";
import { nackProblem, nackRefusal } from "../deployment/backend-service.ts";
import type { ServiceProgram } from "./service-program.ts";
import { serveState } from "./state-server.ts";

/** A whole model; the control plane itself refuses what is wrong in it. */
const ControlPlaneState = v.custom<MeshModel>((value) => typeof value === "object" && value !== null, "no model");

/** What istiod is to clients; what they reject (NACK) is a problem. */
export const startControlPlane: ServiceProgram = async ({ host, port, statePort, problem }) => {
  await using rollback = new AsyncDisposableStack();
  const listening = ControlPlane.listen({ host, port, model: { services: [] } }).catch((error: Error) => {
    throw new InputError(error.message, { cause: error });
  });
  const plane = rollback.use(await listening);
  plane.onNack((nack) => problem(nackProblem(nack), nackRefusal(nack)));
  const put = (model: MeshModel) => plane.update(model);
  rollback.use(await serveState({ host, port: statePort, schema: ControlPlaneState, put }));
  return rollback.move();
};
