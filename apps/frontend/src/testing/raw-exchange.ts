import { once } from "node:events";
import { connect } from "node:net";

/** A connection of bare bytes, for requests that no HTTP client would send. `answer` resolves with all that came once the other side has closed. */
export async function openSocket(port: number) {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (bytes) => {
    received += bytes;
  });
  socket.on("error", () => {}); // That the other side cut it is told by what came.
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await once(socket, "connect");
  return {
    socket,
    received: () => received,
    async answer() {
      await closed;
      return received;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
