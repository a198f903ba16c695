/** A Kubernetes object as a manifest has it. Rules read `spec` and the rest through the types of their own questions. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

export type Labels = Readonly<Record<string, string>>;

/** The namespace that an object is in, which may be left unsaid. */
export function namespaceOf({ metadata }: Manifest): string {
  return metadata.namespace ?? "default";
}

/** Whether a selector, or whatever else asks for labels, is for something with `labels`: it has all that are wanted. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** How problems name an object: `Deployment/backend`. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}
