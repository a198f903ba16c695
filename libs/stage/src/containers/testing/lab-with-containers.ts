/** A lab that can be killed: starts a deployment in containers, says its name, and goes on until it is killed. */

import { modeNamed } from "@grpc-lb-lab/modes";
import { ContainersStage } from "../containers-stage.ts";
import { TAG } from "./under-test.ts";

const aborting = new AbortController();
process.once("SIGTERM", () => aborting.abort(new Error("interrupted")));
const { signal } = aborting;
const deployment = await new ContainersStage({ tag: TAG }).start(modeNamed("headless"), { pods: 2, signal });
process.stdout.write(`${deployment.sessionName}\n`);
setInterval(() => void deployment.scale(deployment.pods().length + 1).catch(() => {}), 300);
