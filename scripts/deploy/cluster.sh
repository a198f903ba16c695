#!/usr/bin/env bash
# cluster.sh up|down|istio: a kind cluster for the lab, and Istio in a cluster. Environment: CLUSTER (default lab), CONTEXT (istio).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cluster=${CLUSTER:-lab}
fail() { echo "cluster: $*" >&2; exit 2; }
has() { type "$1" >/dev/null 2>&1 || fail "$1 is not installed: $2"; }
exists() { kind get clusters 2>/dev/null | grep -Fxq "$cluster"; }

case ${1:-} in
  up)
    has kind https://kind.sigs.k8s.io && has kubectl https://kubernetes.io/docs/tasks/tools
    if exists; then echo "cluster: there is a kind cluster $cluster already: context kind-$cluster"; exit; fi
    kind create cluster --name "$cluster" --config deploy/kind/cluster.yaml --wait 120s
    ;;
  down)
    has kind https://kind.sigs.k8s.io
    if exists; then kind delete cluster --name "$cluster"; else echo "cluster: there is no kind cluster $cluster"; fi
    ;;
  istio)
    has istioctl https://istio.io/latest/docs/setup/getting-started && has kubectl https://kubernetes.io/docs/tasks/tools
    context=${CONTEXT:?CONTEXT is not set}
    kubectl --context "$context" --request-timeout=10s get --raw /readyz >/dev/null ||
      fail "the cluster of context $context cannot be reached: name another, as in CONTEXT=kind-lab, or make one with make cluster"
    istioctl install -y --context "$context" -f deploy/istio/profile.yaml
    ;;
  *) fail "say what: cluster.sh up|down|istio" ;;
esac
