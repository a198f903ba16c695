import { stringify } from "yaml";

/**
 * A value as YAML that every reader takes alike: Envoy, kubectl and most of Go's programs read YAML 1.1, where `yes`, `on` and `1:20` are no strings unless they
 * are quoted, as they are here. Nothing is folded or aliased.
 * Source: https://yaml.org/type/bool.html
 */
export function yamlText(value: unknown): string {
  return stringify(value, { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
}
