import { leanStart, releaseStartUpMemory } from "@grpc-lb-lab/rpc/lean-start";

const { buildBackend, createLogger, isInputError, loadConfig, logGrpc } = await leanStart(() => import("./program.ts"));

try {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  logGrpc(logger);
  const backend = await buildBackend(config, { logger, random: Math.random, exit: process.exit });
  const hurry = new AbortController();
  let ending: Promise<unknown> | undefined;
  const end = () => {
    if (ending !== undefined) hurry.abort();
    ending ??= backend.drain(hurry.signal).then(() => process.exit(0));
  };
  process.on("SIGTERM", end).on("SIGINT", end);
  await backend.listen();
  releaseStartUpMemory();
} catch (error) {
  if (!isInputError(error)) throw error;
  process.stderr.write(`backend: ${error.message}\n`);
  process.exit(2);
}
