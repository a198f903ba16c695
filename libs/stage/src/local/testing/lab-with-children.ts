/**
 * A lab that can be killed: starts two children through ChildProcesses, one of which ends at once, and says the other's id. At
 * SIGTERM it ends in order, and says so.
 */
import { once } from "node:events";
import { ChildProcesses } from "../child-processes.ts";

const children = new ChildProcesses();
process.on("SIGINT", () => process.stdout.write("interrupted\n"));
process.once("SIGTERM", async () => {
  await children[Symbol.asyncDispose]();
  process.stdout.write("ended in order\n");
});
const brief = children.spawn("true", [], { stdio: "ignore" });
await once(brief, "exit");
const lasting = children.spawn("sleep", ["300"], { stdio: "ignore" });
process.stdout.write(`${lasting.pid}\n`);
