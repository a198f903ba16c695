import { InputError } from "@grpc-lb-lab/stage-api";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { deployedFiles } from "./deployed-files.ts";
import { podAddresses } from "./deployed-traefik.ts";

it("the pods that Traefik knows are read from what it says of its services, in both families", () => {
  const services = [
    { name: "api@internal", status: "enabled" },
    { weighted: { services: [{ name: "backend", weight: 1 }] }, name: "backend-wrr@kubernetesgateway" },
    {
      loadBalancer: { servers: [{ url: "h2c://10.244.1.7:50051" }, { url: "h2c://10.244.0.3:50051" }] },
      name: "backend@kubernetesgateway",
    },
    { loadBalancer: { servers: [{ url: "h2c://[fd00::7]:50051" }] } },
    { loadBalancer: {} },
  ];
  expect(podAddresses(JSON.stringify(services))).toEqual(["10.244.0.3", "10.244.1.7", "fd00::7"]);
});

it.each(["404 page not found", "", '{"services":[]}'])("%j is no answer of Traefik's", (answer) => {
  expect(() => podAddresses(answer)).toThrow(InputError);
});

it("what the overlay and the chart deploy are the same arguments", () => {
  const [patch, list] = Object.values(deployedFiles()).map((text) => parse(text));
  expect(patch.spec.template.spec.containers[0].args).toEqual(list);
  expect(list).toContain("--providers.kubernetesGateway.namespaces=$(POD_NAMESPACE)");
});
