import { InvalidArgumentError } from "commander";

/** `BACKEND_RETRY=4`: a client setting as a variable of the environment has it. Which ones there are, the program knows that reads them. */
const SETTING = /^(BACKEND_[A-Z_]+)=(.*)$/;

/** A parser for an option that may be repeated: adds a client setting to those that were given before. */
export function clientSetting(
  value: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, text] = SETTING.exec(value) ?? [];
  if (name !== undefined && text !== undefined) return { ...before, [name]: text };
  throw new InvalidArgumentError("It must be a client setting, such as BACKEND_RETRY=4.");
}
