#!/usr/bin/env bash
# cluster.sh up|down|istio|gateway-api: a kind cluster for the lab, and Istio or the CRDs of the Gateway API in a cluster.
# Environment: CLUSTER (default lab); CONTEXT (istio, gateway-api); GATEWAY_API, the CRDs to install: a file or an address.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cluster=${CLUSTER:-lab}
fail() { echo "cluster: $*" >&2; exit 2; }
has() { type "$1" >/dev/null 2>&1 || fail "$1 is not installed: $2"; }
reaches() {
  kubectl --context "$1" --request-timeout=10s get --raw /readyz >/dev/null ||
    fail "the cluster of context $1 cannot be reached: name another, as in CONTEXT=kind-lab, or create one with make cluster"
}
exists() { kind get clusters 2>/dev/null | grep -Fxq "$cluster"; }

case ${1:-} in
  up)
    has kind https://kind.sigs.k8s.io && has kubectl https://kubernetes.io/docs/tasks/tools
    if exists; then echo "cluster: the kind cluster $cluster already exists: context kind-$cluster"; exit; fi
    kind create cluster --name "$cluster" --config deploy/kind/cluster.yaml --wait 120s
    ;;
  down)
    has kind https://kind.sigs.k8s.io
    if exists; then kind delete cluster --name "$cluster"; else echo "cluster: there is no kind cluster $cluster"; fi
    ;;
  istio)
    has istioctl https://istio.io/latest/docs/setup/getting-started && has kubectl https://kubernetes.io/docs/tasks/tools
    context=${CONTEXT:?CONTEXT is not set}
    reaches "$context"
    istioctl install -y --context "$context" -f deploy/istio/profile.yaml
    ;;
  gateway-api)
    has kubectl https://kubernetes.io/docs/tasks/tools
    context=${CONTEXT:?CONTEXT is not set} crds=crd/gateways.gateway.networking.k8s.io
    reaches "$context"
    # GKE and others bring their own, at a version of theirs, and may put it back.
    version='{.metadata.annotations.gateway\.networking\.k8s\.io/bundle-version}, channel {.metadata.annotations.gateway\.networking\.k8s\.io/channel}'
    if there=$(kubectl --context "$context" get "$crds" -o jsonpath="$version" 2>/dev/null); then
      echo "gateway-api: the cluster has the Gateway API already, which stays: $there"
      exit
    fi
    release=https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.3/standard-install.yaml
    # By the server: the CRDs are larger than an annotation of what was applied may be.
    kubectl --context "$context" apply --server-side -f "${GATEWAY_API:-$release}" ||
      fail "the CRDs of ${GATEWAY_API:-$release} were not installed: where that cannot be reached, name a file, as in GATEWAY_API=standard-install.yaml"
    kubectl --context "$context" wait --for condition=Established --timeout 60s "$crds" crd/grpcroutes.gateway.networking.k8s.io
    ;;
  *) fail "usage: cluster.sh up|down|istio|gateway-api" ;;
esac
