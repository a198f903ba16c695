import type { ForwardPlan } from "./forward-plan.ts";
import { grpcSender } from "./grpc-sender.ts";
import { httpSender } from "./http-sender.ts";
import type { Sender } from "./sender.ts";

/** Opens the sender for the target of a plan. */
export async function openSender(plan: ForwardPlan): Promise<Sender> {
  const { target } = plan;
  return target.kind === "grpc" ? await grpcSender(plan, target) : httpSender(plan, target.url);
}
