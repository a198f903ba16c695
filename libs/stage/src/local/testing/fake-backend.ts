/**
 * A pod's application as far as the stage knows one: `/readyz` and `/faults` on the admin port, and a gRPC port that says the pod's
 * name to whoever connects. `FAKE` makes it misbehave, or the file `FAKE_FILE` while it exists.
 */
import { existsSync, readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Socket } from "node:net";

const { HOST, GRPC_PORT, ADMIN_PORT, POD_NAME, FAKE_FILE } = process.env;
const FAKE = FAKE_FILE !== undefined && existsSync(FAKE_FILE) ? readFileSync(FAKE_FILE, "utf8") : process.env.FAKE;

if (FAKE === "ends") end(3, "no luck today");

const admin = createHttpServer((request, response) => {
  if (request.url === "/faults") response.writeHead(FAKE === "refuses-faults" ? 400 : 204);
  else response.writeHead(FAKE === "never-ready" ? 503 : 200);
  response.end(request.url === "/faults" ? undefined : String(process.pid));
});
const connections = new Set<Socket>();
const grpc = createServer((socket) => {
  connections.add(socket);
  socket.on("error", () => {});
  socket.write(`${POD_NAME}\n`);
});
for (const server of [admin, grpc]) server.once("error", (error) => end(1, error.message));
grpc.listen(Number(GRPC_PORT), HOST, () => admin.listen(Number(ADMIN_PORT), HOST));

process.on("SIGTERM", () => {
  if (FAKE !== "stubborn") process.exit(0);
});

function end(code: number, lastWords: string): void {
  process.stderr.write(lastWords);
  process.exit(code);
}
