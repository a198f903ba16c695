/** What is wrong with a value that Istio may well take. */
export const NOT_HERE = "the lab's own control plane cannot do this";
