import * as v from "valibot";
import { ConfigError, type ConfigProblem } from "./config-error.ts";

/** One environment variable: what it means, what it is when unset, and how its text becomes a value. */
export interface Setting<T> {
  readonly meaning: string;
  /** The text that stands for an unset variable; undefined when the variable is required. */
  readonly default: string | undefined;
  /** What a document should print as the default where `default` depends on the machine ("the hostname"). */
  readonly defaultText?: string;
  readonly schema: v.GenericSchema<string, T>;
}

/** Settings by the names of their variables. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The values of settings, by the names of their variables. */
export type SettingValues<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/** A row of the table that documents an environment variable. */
export interface EnvTableRow {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
}

/** The environment as processes have it. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads settings from an environment. A variable that is set to nothing counts as unset, as a manifest's `value: ""` means it.
 * @throws {ConfigError} with all mistakes together.
 */
export function readSettings<S extends Settings>(settings: S, env: Env): SettingValues<S> {
  const values: [string, unknown][] = [];
  const problems: ConfigProblem[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const given = env[name] === "" ? undefined : env[name];
    const text = given ?? setting.default;
    if (text === undefined) {
      problems.push({ name, value: undefined, reason: `is required: ${setting.meaning}` });
      continue;
    }
    const result = v.safeParse(setting.schema, text);
    if (result.success) values.push([name, result.output]);
    else problems.push({ name, value: text, reason: result.issues[0].message });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(Object.fromEntries(values)) as SettingValues<S>;
}

/** The settings as rows for documents, so that a README can be tested against the code. */
export function envTable(settings: Settings): readonly EnvTableRow[] {
  return Object.entries(settings).map(([name, setting]) => ({
    name,
    default: setting.defaultText ?? setting.default ?? "required",
    meaning: setting.meaning,
  }));
}
