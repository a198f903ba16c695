/** As `fetch`, for a gRPC-Web client that sends and reads bytes: to the server it speaks application/grpc-web-text. */
export const textFetch: typeof fetch = async (url, init) => {
  const headers = new Headers(init?.headers);
  headers.set("content-type", "application/grpc-web-text+proto");
  headers.set("accept", "application/grpc-web-text");
  const body = Buffer.from(init?.body as Uint8Array).toString("base64");
  const answer = await fetch(url, { ...init, headers, body });
  if (!answer.headers.get("content-type")?.startsWith("application/grpc-web-text")) return answer;
  const answered = new Headers(answer.headers);
  answered.set("content-type", "application/grpc-web+proto");
  return new Response(answer.body?.pipeThrough(decodeChunks()) ?? null, { status: answer.status, headers: answered });
};

/** Decodes groups of four characters as they come, each padded one by itself. */
function decodeChunks(): TransformStream<Uint8Array, Uint8Array> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const text = rest + Buffer.from(chunk).toString("latin1");
      const whole = text.length - (text.length % 4);
      rest = text.slice(whole);
      for (const group of text.slice(0, whole).match(/.{4}/g) ?? []) controller.enqueue(Buffer.from(group, "base64"));
    },
  });
}
