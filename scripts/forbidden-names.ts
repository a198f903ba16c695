/** A file of the repository, by its path from the root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Names that some code must not know, and where. */
export interface NameRule {
  /** What they are the names of, in the plural. */
  readonly what: string;
  readonly names: readonly string[];
  /** Folders, from the root, whose code must not have them. */
  readonly folders: readonly string[];
  /** Files in them that mean something else by the same word. */
  readonly except?: readonly string[];
  /** What the code is to ask instead. */
  readonly instead: string;
}

/** Comments, then the kinds of string literals. Whole files are read with it, so that a quote in a comment opens nothing. */
const TOKENS = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

/** Tests and what they are made of may call things by their names. */
const IS_TEST = /\.test\.ts$|\/testing\/|\/gen\//;

/** A key of an object, once comments and strings are blank. */
const KEY = /(?<=[{,;\n]\s*)(?:readonly\s+)?([A-Za-z]\w*)\??:/g;
/** One key may mean something else by the same word, `cost` or `containers`; several are a table by name. */
const LEAST_KEYS = 2;

/** One line for each string literal that is a name which the file must not know, and for each key of a table by such names. */
export function forbiddenNames(files: readonly SourceFile[], rules: readonly NameRule[]): string[] {
  return files
    .filter(({ path }) => !IS_TEST.test(path))
    .flatMap((file) => rules.filter((rule) => isUnder(rule, file)).flatMap((rule) => ofFile(file, rule)));
}

function isUnder({ folders, except = [] }: NameRule, { path }: SourceFile): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`)) && !except.includes(path);
}

function ofFile({ path, text }: SourceFile, { what, names, instead }: NameRule): string[] {
  const isName = ({ value }: Word) => names.includes(value);
  const keys = keysOf(text).filter(isName);
  const isTable = new Set(keys.map(({ value }) => value)).size >= LEAST_KEYS;
  const found = [...literals(text).filter(isName), ...(isTable ? keys : [])];
  return found.map(({ value, line }) => `${path}:${line}: "${value}" is one of the ${what}: ${instead}`);
}

interface Word {
  readonly value: string;
  readonly line: number;
}

function keysOf(text: string): Word[] {
  const code = text.replace(TOKENS, (token) => token.replace(/[^\n]/g, " "));
  return [...code.matchAll(KEY)].map(({ 0: key, 1: value = "", index }) => {
    return { value, line: lineAt(code, index + key.indexOf(value)) };
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** The string literals of a program, those inside a template's `${…}` among them. */
function literals(text: string, firstLine = 1): Word[] {
  return [...text.matchAll(TOKENS)].flatMap(({ 0: token, index }) => {
    if (token.startsWith("/")) return [];
    const line = firstLine - 1 + lineAt(text, index);
    const own = { value: token.slice(1, -1), line };
    return token.startsWith("`") ? [own, ...literals(token.slice(1, -1), line)] : [own];
  });
}
