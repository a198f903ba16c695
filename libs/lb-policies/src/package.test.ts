import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConsumerProject, readmeExample } from "@grpc-lb-lab/consumer-project";
import { expect, test } from "vitest";
import { startPods } from "./testing/test-pod.ts";

const here = join(import.meta.dirname, "..");

/** The example of the README, with another target. */
async function example(target: string): Promise<string> {
  const text = await readmeExample(here);
  expect(text).toContain('"dns:///backend-headless:50051"');
  return text.replace("dns:///backend-headless:50051", target);
}

/** The first grpc-js that the peer dependency allows, and the one that the lab uses. */
const versions = ["1.14.0", "1.14.7"];

test.each(versions)(
  "npm pack makes what a plain project with grpc-js %s installs, type checks and runs, as the README shows",
  async (version) => {
    const { devDependencies, peerDependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
    expect([peerDependencies["@grpc/grpc-js"], devDependencies["@grpc/grpc-js"]]).toEqual([
      `^${versions[0]}`,
      versions.at(-1),
    ]);
    await using project = await ConsumerProject.create({
      workspaceFolder: here,
      packages: [`@grpc/grpc-js@${version}`],
    });
    using pods = await startPods(3);
    const target = `ipv4:${pods.map(({ port }) => `127.0.0.1:${port}`).join()}`;
    await project.write("main.ts", await example(target));
    const wrong = `import { register } from "@grpc-lb-lab/lb-policies";\n// @ts-expect-error\nregister({ choiceCount: 2 });\n`;
    await project.write("wrong.ts", wrong);
    await project.typecheck(["main.ts", "wrong.ts"]);
    expect(await project.run("main.ts")).toEqual({ stdout: "connected\n", stderr: "" });

    // The policy itself, called from JavaScript: pick_first would stay with one pod.
    for (const policy of ["least_request_experimental", "peak_ewma"]) {
      await project.write("calls.js", callsProgram(target, policy));
      const calls = await project.run("calls.js");
      expect(JSON.parse(calls.stdout).toSorted()).toEqual(["pod-0", "pod-1", "pod-2"]);
    }
  },
  300_000,
);

/** Calls until three pods have answered, many calls at once. */
function callsProgram(target: string, policy: string): string {
  return `
    import { Client, credentials } from "@grpc/grpc-js";
    import { register } from "@grpc-lb-lab/lb-policies";
    register();
    const loadBalancingConfig = [{ ${policy}: {} }];
    const client = new Client("${target}", credentials.createInsecure(), { "grpc.service_config": JSON.stringify({ loadBalancingConfig }) });
    const same = (bytes) => bytes;
    const call = () => new Promise((resolve, reject) =>
      client.makeUnaryRequest("/test.Pod/WhoAmI", same, same, Buffer.alloc(0), (error, answer) => (error ? reject(error) : resolve(String(answer)))));
    const pods = new Set();
    while (pods.size < 3) for (const pod of await Promise.all(Array.from({ length: 30 }, call))) pods.add(pod);
    console.log(JSON.stringify([...pods]));
    client.close();
  `;
}
