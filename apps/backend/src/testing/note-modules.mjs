import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";

/** For `node --import`: writes each module that is loaded into the file NOTED_MODULES. Plain JavaScript, so that no type stripper is loaded for it. */
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.NOTED_MODULES ?? "", `${url}\n`);
    return next(url, context);
  },
});
