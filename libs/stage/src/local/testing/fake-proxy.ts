/**
 * A proxy as far as the stage knows one: it takes its configuration from a file, and answers connections with what that says and its process id.
 * `behaves` in the file makes it misbehave.
 */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";

const [, , file = ""] = process.argv;
const { behaves, listener, admin, says } = JSON.parse(readFileSync(file, "utf8"));

if (behaves === "ends") {
  process.stderr.write("no luck today");
  process.exit(3);
}
const proxy = createServer((socket) => {
  socket.on("error", () => {});
  socket.write(`${says} ${process.pid}\n`);
});
if (behaves !== "never-ready") proxy.listen(listener.port, listener.host);
const health = createHttpServer((request, response) => {
  response.writeHead(request.url === "/healthy" ? 200 : 404).end("all is well");
});
if (admin !== undefined) health.listen(admin.port, admin.host);
process.stdout.write("waiting\n");
setInterval(() => {}, 60_000);
