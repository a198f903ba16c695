import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConsumerProject, readmeExample } from "@grpc-lb-lab/consumer-project";
import { expect, test } from "vitest";
import { TestLab } from "./testing/test-lab.ts";

const here = join(import.meta.dirname, "..");

test("npm pack makes what a plain project installs, type checks and runs, as the README shows", async () => {
  const { devDependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  await using project = await ConsumerProject.create({
    workspaceFolder: here,
    packages: [`@grpc/grpc-js@${devDependencies["@grpc/grpc-js"]}`],
  });
  await project.write("main.ts", await readmeExample(here));
  const wrong = `import { register } from "@grpc-lb-lab/kube-resolver";\n// @ts-expect-error\nregister({ namspace: "shop" });\n`;
  await project.write("wrong.ts", wrong);
  await project.typecheck(["main.ts", "wrong.ts"]);

  await using lab = await TestLab.start();
  lab.publish(...(await lab.startPods("a")));
  const env = { KUBERNETES_API_SERVER: lab.api.url, KUBERNETES_NAMESPACE: "shop" };
  expect(await project.run("main.ts", env)).toEqual({ stdout: "connected\n", stderr: "" });
});
