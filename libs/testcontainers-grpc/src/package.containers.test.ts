import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConsumerProject, readmeExample } from "@grpc-lb-lab/consumer-project";
import { expect, test } from "vitest";
import { BACKEND } from "./testing/backend.ts";

const here = join(import.meta.dirname, "..");

test("npm pack makes what a plain project installs, type checks and runs, as the README shows", async () => {
  const { devDependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  await using project = await ConsumerProject.create({
    workspaceFolder: here,
    packages: ["@grpc/grpc-js", "testcontainers"].map((name) => `${name}@${devDependencies[name]}`),
    installScripts: false,
  });
  // The example with an image that is here.
  await project.write("main.ts", (await readmeExample(here)).replace("example/greeter:1.0", BACKEND));
  const wrong = `import { GrpcWait } from "@grpc-lb-lab/testcontainers-grpc";\n// @ts-expect-error\nGrpcWait.forHealth(1, { servce: "" });\n`;
  await project.write("wrong.ts", wrong);
  await project.typecheck(["main.ts", "wrong.ts"], { target: "esnext", skipLibCheck: true });
  const { stdout } = await project.run("main.ts");
  expect(stdout).toBe("connected\n");
});
