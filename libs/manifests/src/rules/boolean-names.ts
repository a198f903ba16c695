import type { Manifest } from "../manifest.ts";
import type { Finding, Rule } from "../rule.ts";

/** What YAML 1.1 reads as a boolean where it stands unquoted. https://yaml.org/type/bool.html */
const BOOLEAN = /^(?:y|yes|n|no|on|off|true|false)$/i;

/**
 * A name that is right only as long as it is quoted breaks the first template, `sed` or `kubectl -n` that leaves the quotes out. Values that
 * are not quoted at all are what the schemas refuse.
 */
export const booleanNames: Rule = {
  name: "boolean-names",
  why: "a template, script or command line that leaves the quotes out uses true or false in place of the name",
  source: "https://yaml.org/type/bool.html",
  check: ({ all }) => {
    const names = all.flatMap((object) => namesOf(object).map((name) => [name, object] as const));
    // Each name once: a namespace is the name of many.
    return [...Map.groupBy(names, ([name]) => name)]
      .filter(([name]) => BOOLEAN.test(name))
      .flatMap(([name, [first]]) => (first === undefined ? [] : finding(name, first[1])));
  },
};

function namesOf({ metadata: { name, namespace } }: Manifest): string[] {
  return namespace === undefined ? [name] : [name, namespace];
}

function finding(name: string, object: Manifest): Finding {
  return {
    object,
    reason: `YAML reads the name ${name} as a boolean wherever it is not quoted`,
    remedy: "choose another name",
  };
}
