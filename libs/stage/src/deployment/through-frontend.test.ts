import { expect, it } from "vitest";
import { throughFrontend } from "./through-frontend.ts";

it("a client of a frontend has its own address and deadline, and nothing of how the mode reaches pods", () => {
  const clientEnv = {
    BACKEND_TARGET: "dns:///backend-headless:50051",
    BACKEND_LB_POLICY: "round_robin",
    BACKEND_SERVICE_CONFIG: "{}",
    BACKEND_DEADLINE_MS: "20000",
    GRPC_XDS_BOOTSTRAP: "/tmp/bootstrap.json",
  };
  expect(throughFrontend(clientEnv, "127.7.7.7:50050")).toEqual({
    BACKEND_TARGET: "127.7.7.7:50050",
    BACKEND_LB_POLICY: "pick_first",
    BACKEND_DEADLINE_MS: "20000",
  });
});
