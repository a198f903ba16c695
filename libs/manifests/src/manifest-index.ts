import { type Manifest, namespaceOf } from "./manifest.ts";

/** Manifests by what they are called, so that nobody has to look through all of them. */
export class ManifestIndex {
  readonly #byKind: ReadonlyMap<string, readonly Manifest[]>;
  readonly #byName: ReadonlyMap<string, readonly Manifest[]>;
  readonly #namespaces: ReadonlyMap<string, readonly Manifest[]>;

  constructor(manifests: readonly Manifest[]) {
    this.#byKind = Map.groupBy(manifests, ({ kind }) => kind);
    this.#byName = Map.groupBy(manifests, (one) => keyOf(one.kind, one.metadata.name, namespaceOf(one)));
    this.#namespaces = Map.groupBy(this.ofKind("Namespace"), ({ metadata }) => metadata.name);
  }

  /** All manifests of a kind, `spec` as its rule reads it. */
  ofKind<Spec>(kind: string): readonly (Manifest & { readonly spec: Spec })[] {
    return (this.#byKind.get(kind) ?? []) as readonly (Manifest & { readonly spec: Spec })[];
  }

  /** The manifests of a kind with a name: one, unless the same is said twice. */
  named<Spec>(kind: string, name: string, namespace: string): readonly (Manifest & { readonly spec: Spec })[] {
    return (this.#byName.get(keyOf(kind, name, namespace)) ?? []) as readonly (Manifest & { readonly spec: Spec })[];
  }

  /** Those of them that say the namespace of `of`, or none where it says none: those go where kubectl is told. */
  beside<Spec>(of: Manifest, kind: string, name: string): readonly (Manifest & { readonly spec: Spec })[] {
    const { namespace } = of.metadata;
    return this.named<Spec>(kind, name, namespaceOf(of)).filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** The Namespace object of a name, where it is among them. */
  namespace(name: string): Manifest | undefined {
    return this.#namespaces.get(name)?.[0];
  }
}

/** Names have no `/`. */
function keyOf(kind: string, name: string, namespace: string): string {
  return `${kind}/${namespace}/${name}`;
}
