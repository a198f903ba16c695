import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { IMAGE_APPLICATIONS } from "@grpc-lb-lab/cluster/images";
import { describe, expect, it } from "vitest";
import { imageSbom } from "./image-sbom.ts";

const root = join(import.meta.dirname, "../..");

describe.each(IMAGE_APPLICATIONS)("the SBOM of $name", ({ name }) => {
  it("is valid CycloneDX with versions, licences and the graph of dependencies", async () => {
    const sbom = await imageSbom(name, root);
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    await expect(validator.validate(sbom)).resolves.toBeNull();
    const { components, dependencies, metadata } = JSON.parse(sbom);
    expect(metadata.component).toMatchObject({ type: "application", name });
    const grpc = components.find((one: { name: string }) => one.name === "grpc-js");
    expect(grpc).toMatchObject({ licenses: [{ license: { id: "Apache-2.0" } }] });
    expect(grpc.purl).toBe(`pkg:npm/%40grpc/grpc-js@${grpc.version}`);
    const ofApplication = dependencies.find((one: { ref: string }) => one.ref === `apps/${name}`);
    expect(ofApplication.dependsOn).toEqual(expect.arrayContaining(["libs/rpc", "node_modules/@grpc/grpc-js"]));
  });
});
