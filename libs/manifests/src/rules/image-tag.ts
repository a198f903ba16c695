import type { Rule } from "../rule.ts";

/** `latest` (what no tag means) is another image tomorrow, and makes the kubelet pull at every start. */
export const imageTag: Rule = {
  name: "image-tag",
  why: "pods of one Deployment then run different programs",
  source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  check: ({ workloads }) =>
    workloads.flatMap(({ manifest, pod }) =>
      [...pod.containers, ...(pod.initContainers ?? [])]
        .filter(({ image }) => !isPinned(image))
        .map(({ name, image }) => ({
          object: manifest,
          reason: `container ${name} runs ${image}, which may be another image tomorrow`,
          remedy: "give it a tag other than latest, or a digest",
        })),
    ),
};

function isPinned(image: string): boolean {
  const tag = /:([^:/@]+)(?:@|$)/.exec(image)?.[1];
  return image.includes("@sha256:") || (tag !== undefined && tag !== "latest");
}
