import { leanStart, releaseStartUpMemory } from "@grpc-lb-lab/rpc/lean-start";

const { buildEcho, createLogger, isInputError, loadConfig, logGrpc } = await leanStart(() => import("./program.ts"));

try {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  logGrpc(logger);
  const echo = await buildEcho(config, { logger, random: Math.random });
  const hurry = new AbortController();
  let ending: Promise<unknown> | undefined;
  const end = () => {
    if (ending !== undefined) hurry.abort();
    ending ??= echo.drain(hurry.signal).then(() => process.exit(0));
  };
  process.on("SIGTERM", end).on("SIGINT", end);
  await echo.listen();
  releaseStartUpMemory();
} catch (error) {
  if (!isInputError(error)) throw error;
  process.stderr.write(`echo: ${error.message}\n`);
  process.exit(2);
}
