import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { NOTHING, plainStage } from "./testing/plain-stage.ts";
import { firstLine } from "./testing/ports.ts";

/** Where a load of the fake program was told to call: that is the version of the pod that it says it has seen. */
async function calledBy(deployment: Awaited<ReturnType<ReturnType<typeof plainStage>["start"]>>): Promise<string> {
  await using load = await deployment.runLoad({ rate: 1 });
  await load.waitFor((fresh) => fresh.length > 0, AbortSignal.timeout(60_000));
  return load.seenPods.get("backend-1")?.version ?? "";
}

it("loads call a frontend where that is asked, and one serves them all and ends with the deployment", async () => {
  const { start, remains } = plainStage();
  {
    await using deployment = await start({ through: "frontend" });
    const called = await calledBy(deployment);
    expect(await firstLine(called)).toBe("frontend");
    expect(await calledBy(deployment)).toBe(called);
  }
  expect(await remains()).toEqual(NOTHING);
});

it("what is asked of servers is asked of pods, and not of the frontend, which is one as well", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "through-frontend-"));
  const fake = join(folder.path, "fake");
  await using deployment = await plainStage().start({ through: "frontend", env: { FAKE_FILE: fake } });
  await writeFile(fake, "ends"); // Whoever is told of it now does not start.
  expect(await firstLine(await calledBy(deployment))).toBe("frontend");
});

it("loads call the mode's target where it is not", async () => {
  await using deployment = await plainStage().start();
  expect(await calledBy(deployment)).toBe(deployment.target);
});
