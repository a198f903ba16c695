/**
 * A lab that can be killed: starts two children through ChildProcesses, one of which ends at once, and says the other's id and a
 * temporary folder. At SIGTERM it ends in order, and says so.
 */
import { once } from "node:events";
import { ChildProcesses } from "../child-processes.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const children = new ChildProcesses();
process.on("SIGINT", () => process.stdout.write("interrupted\n"));
process.once("SIGTERM", async () => {
  await children[Symbol.asyncDispose]();
  process.stdout.write("ended in order\n");
});
const brief = children.spawn("true", [], { stdio: "ignore" });
await once(brief, "exit");
const lasting = children.spawn("sleep", ["300"], { stdio: "ignore" });
const folder = await temporaryFolder("a test", children);
await folder.write({ file: "text" });
process.stdout.write(`${lasting.pid} ${folder.path}\n`);
