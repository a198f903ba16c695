import { expect, test } from "vitest";
import { ControlPlane } from "../control-plane.ts";
import type { MeshModel } from "../model/mesh-model.ts";
import { proxylessServerListener } from "../resources/proxyless-listener.ts";
import { expectDifferences } from "./expect-differences.ts";
import { ADDRESS_NAMES, nodeOf, OVERLAY_MODEL, STAGE_MODEL } from "./lab-models.ts";
import { LOCAL_STAGE_DIFFERENCES, PROXYLESS_DIFFERENCES } from "./proxyless-differences.ts";
import { askAsProxyless, type ProxylessResources, readRecording } from "./proxyless-recording.ts";

const { recordedFrom: _, ...recorded } = readRecording();

async function sentFor(model: MeshModel): Promise<ProxylessResources> {
  await using plane = await ControlPlane.listen({ model });
  const nodes = { client: nodeOf("client"), backend: nodeOf("backend"), "echo-v1": nodeOf("echo-v1") };
  return await askAsProxyless({ uri: plane.uri, nodes, addressNames: ADDRESS_NAMES });
}

test("with the rules of the overlay, the control plane sends what istiod does", async () => {
  expectDifferences(await sentFor(OVERLAY_MODEL), recorded, PROXYLESS_DIFFERENCES);
});

test("so does the local stage, but for the rules that it does not have", async () => {
  expectDifferences(await sentFor(STAGE_MODEL), recorded, LOCAL_STAGE_DIFFERENCES);
});

test("a server's listener in plaintext differs from the recorded one by its security alone", () => {
  const [[name, listener] = []] = Object.entries(recorded.backend.LDS ?? {});
  const { "@type": type, ...fields } = listener ?? {};
  expect(type).toBe("type.googleapis.com/envoy.config.listener.v3.Listener");
  const STRICT = "recorded under STRICT";
  expectDifferences(proxylessServerListener(name ?? "", "0.0.0.0", 50051, "plaintext"), fields, {
    "- filterChains[0].transportSocket": STRICT,
    "≠ filterChains[0].name": STRICT,
    "≠ filterChains[0].filters[0].name": STRICT,
  });
});
